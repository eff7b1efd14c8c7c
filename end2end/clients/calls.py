"""A plugin of pytest (`-p calls`) for the official client's own tests.

It leaves out what `left_out.txt` lists, notes which of the client's operations were called and how each
call ended, and fails the run where one that this product serves was never called with success, or
never refused.
"""

import functools
import importlib
import inspect
import pkgutil
from pathlib import Path

import kestrapy.api
from kestrapy.exceptions import ApiException

# Served as a whole.
WHOLE = {
    "AuditLogs", "Bindings", "Groups", "Invitations", "Me", "Roles", "SecurityIntegrations", "ServiceAccount",
    "TenantAccess", "Tenants", "Users",
}  # fmt: skip
# Of these, what stands here; the rest is about running flows, secrets or plugins, which this product does not.
PARTLY = {
    "Executions": "create_execution delete_execution execution search_executions search_executions_by_flow_id "
    "set_labels_on_terminated_execution update_execution_status",
    "Flows": "create_flow create_flow_from_object delete_flow flow list_distinct_namespaces list_flow_revisions "
    "list_flows_by_namespace search_flows update_flow update_flow_from_object validate_flows",
    "Misc": "auths basic_auth_validation_errors configuration license_info login_configuration",
    "Namespaces": "autocomplete_namespaces create_namespace delete_namespace namespace search_namespaces update_namespace",
    "WorkerGroups": "create_worker_group delete_worker_group list_worker_groups update_worker_group worker_group",
}
# Refused to everybody until it is built.
UNBUILT = {"SecurityIntegrationsApi.enable_security_integration"}
# For everybody, signed in or not.
OPEN = {"MiscApi.auths", "MiscApi.basic_auth_validation_errors", "MiscApi.login_configuration"}

done: dict[str, int] = {}
refused: dict[str, int] = {}
operations: dict[str, object] = {}


def _watch(key, cls, name, method):
    done[key] = refused[key] = 0
    operations[key] = method

    @functools.wraps(method)
    def watched(*args, **kwargs):
        try:
            answer = method(*args, **kwargs)
        except ApiException:
            refused[key] += 1
            raise
        done[key] += 1
        return answer

    setattr(cls, name, watched)


for module in pkgutil.iter_modules(kestrapy.api.__path__):
    module = importlib.import_module(f"kestrapy.api.{module.name}")
    for name, cls in inspect.getmembers(module, inspect.isclass):
        if cls.__module__ != module.__name__:
            continue
        for operation, method in inspect.getmembers(cls, inspect.isfunction):
            api, own = name.removesuffix("Api"), not operation.startswith("_")
            if own and (api in WHOLE or operation in PARTLY.get(api, "").split()):
                _watch(f"{name}.{operation}", cls, operation, method)


def pytest_collection_modifyitems(config, items):
    lines = (Path(__file__).parent / "left_out.txt").read_text().splitlines()
    prefixes = tuple(line for line in lines if line and not line.startswith("#"))
    left_out = [item for item in items if item.nodeid.startswith(prefixes)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def _missing():
    return [f"{key} was never called with success" for key in sorted(done) if not done[key] and key not in UNBUILT] + [
        f"{key} was never refused" for key in sorted(refused) if not refused[key] and key not in OPEN
    ]


def pytest_sessionfinish(session):
    if _missing() and not session.exitstatus:
        session.exitstatus = 1


def pytest_terminal_summary(terminalreporter):
    for line in _missing():
        terminalreporter.write_line(f"FAILED {line}")
    terminalreporter.write_line(
        f"{sum(done.values())} calls of {len(done)} operations with success, {sum(refused.values())} refused"
    )
