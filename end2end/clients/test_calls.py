"""What the official client's own tests do not call, and every call by somebody who may not."""

import inspect
import uuid

import calls
import pytest
from conftest import HOST
from kestrapy import KestraClient
from kestrapy.exceptions import ApiException
from test_helpers import TENANT

PASSWORD = "Plain!1234"


def name():
    return f"t{uuid.uuid4().hex[:12]}"


def has(api, operation):
    key = f"{api}.{operation}"
    return pytest.mark.skipif(key not in calls.operations, reason=f"this version has no {operation}")


@pytest.fixture
def user(client):
    """Somebody new with a password and no access."""
    email = f"{name()}@example.com"
    return client.users.create_user({"email": email, "password": PASSWORD}), email


def signed_in(email):
    return KestraClient(host=HOST, username=email, password=PASSWORD)


# Every operation by somebody who may not.

APIS = {
    "AuditLogsApi": "auditlogs", "MiscApi": "misc", "ServiceAccountApi": "service_account",
    "SecurityIntegrationsApi": "security_integrations", "TenantAccessApi": "tenant_access",
    "WorkerGroupsApi": "worker_groups",
}  # fmt: skip
# About oneself: refused only to nobody.
OWN = ("MeApi.", "MiscApi.", "UsersApi.update_current_user_password", "InvitationsApi.find_all")


def argument(parameter):
    if parameter.name == "tenant" and parameter.annotation is str:
        return TENANT
    if parameter.annotation is str:
        return "absent"
    if parameter.name == "membership":
        return "MEMBER"
    if parameter.name == "status":
        return "SUCCESS"
    if "List" in str(parameter.annotation):
        return []
    return {"id": "absent", "name": "absent", "email": "absent@example.com", "userId": "absent", "groupIds": []}


@pytest.mark.parametrize("key", sorted(calls.operations.keys() - calls.OPEN))
def test_refused(client, user, key):
    api, operation = key.split(".")
    who = KestraClient(host=HOST) if key.startswith(OWN) else signed_in(user[1])
    parameters = [p for p in inspect.signature(calls.operations[key]).parameters.values() if p.name != "self"]
    arguments = [argument(p) for p in parameters if p.default is p.empty]
    with pytest.raises(ApiException) as refusal:
        getattr(getattr(who, APIS.get(api, api.removesuffix("Api").lower())), operation)(*arguments)
    assert refusal.value.status in (401, 403, 404, 422), refusal.value


# What is left of the operations.


def test_an_invitation_becomes_a_user(client):
    email = f"{name()}@example.com"
    client.invitations.create_invitation(TENANT, {"email": email})
    [invitation] = client.invitations.list_invitations_by_email(email, TENANT)
    client.invitations.create_from_invitation(invitation.id, {"firstName": "Ada", "lastName": "L", "password": PASSWORD})
    tokens = signed_in(email).invitations.find_all_invitations_for_current_user()
    assert [one.status for one in tokens] == ["ACCEPTED"] or tokens == []


def test_an_invitation_is_accepted_by_who_has_come_otherwise(client):
    email = f"{name()}@example.com"
    client.invitations.create_invitation(TENANT, {"email": email})
    [invitation] = client.invitations.list_invitations_by_email(email, TENANT)
    client.users.create_user({"email": email, "password": PASSWORD})
    client.invitations.accept_invitation(invitation.id)


def test_a_way_of_signing_in_is_taken(client, user):
    found = client.users.user(user[0].id)
    client.users.delete_user_auth_method(found.id, found.auths[0].id)
    with pytest.raises(ApiException) as refusal:
        signed_in(user[1]).invitations.find_all_invitations_for_current_user()
    assert refusal.value.status == 401


def test_the_groups_of_a_user_are_set(client, user):
    group = client.groups.create_group(TENANT, {"name": name()})
    client.users.update_user_groups(user[0].id, TENANT, {"groupIds": [group.id]})
    assert [one.id for one in client.users.user(user[0].id).groups] == [group.id]


def test_ones_own_password_is_changed(user):
    signed_in(user[1]).users.update_current_user_password({"oldPassword": PASSWORD, "newPassword": "Other!1234"})
    with pytest.raises(ApiException) as refusal:
        signed_in(user[1]).users.update_current_user_password({"oldPassword": PASSWORD, "newPassword": "Other!1234"})
    assert refusal.value.status == 401


@has("UsersApi", "patch_user_instance_owner")
def test_an_instance_owner_is_made(client, user):
    client.users.patch_user_instance_owner(user[0].id, {"instanceOwner": True})
    assert client.users.user(user[0].id).instance_owner
    account = client.service_account.create_service_account({"name": name()})
    client.service_account.patch_service_account_instance_owner(account.id, {"instanceOwner": True})
    assert client.service_account.service_account(account.id).instance_owner


@has("BindingsApi", "create_binding")
def test_a_binding_lives(client, user):
    wanted = {"type": "USER", "externalId": user[0].id, "roleId": "viewer_main", "namespaceId": "shop"}
    made = client.bindings.create_binding(TENANT, wanted)
    assert client.bindings.binding(made.id, TENANT).role.id == "viewer_main"
    client.bindings.delete_binding(made.id, TENANT)
    with pytest.raises(ApiException) as refusal:
        client.bindings.binding(made.id, TENANT)
    assert refusal.value.status == 404
    several = [{**wanted, "namespaceId": one} for one in ("a", "b")]
    assert len(client.bindings.bulk_create_binding(TENANT, several)) == 2


@has("TenantAccessApi", "create_tenant_access")
def test_access_to_a_tenant_is_given_and_taken(client, user):
    client.tenant_access.create_tenant_access(user[0].id, TENANT)
    assert client.tenant_access.tenant_access(user[0].id, TENANT).username == user[1]
    client.tenant_access.delete_tenant_access(user[0].id, TENANT)
    client.tenant_access.create_tenant_access_by_email(TENANT, {"email": user[1]})
    with pytest.raises(ApiException) as refusal:
        client.tenant_access.create_tenant_access_by_email(TENANT, {"email": user[1]})
    assert refusal.value.status == 409


@has("MeApi", "create_api_token")
def test_ones_own_tokens(user):
    me = signed_in(user[1]).me
    token = me.create_api_token({"name": name()})
    assert KestraClient(host=HOST, token=token.full_token).me.current_user()["id"] == user[0].id
    me.update_current_user({"email": user[1], "firstName": "Ada", "lastName": "L"})
    me.delete_api_token(token.id)
    with pytest.raises(ApiException) as refusal:
        KestraClient(host=HOST, token=token.full_token).me.current_user()
    assert refusal.value.status == 401


@has("AuditLogsApi", "audit_log_diff")
def test_an_audit_log_shows_what_changed(client):
    group = client.groups.create_group(TENANT, {"name": name()})
    client.groups.update_group(group.id, TENANT, {"name": name(), "description": "new"})
    client.auditlogs.search_audit_logs(TENANT, page=1, size=1)
    found = client.auditlogs.find_audit_log(TENANT, {"resource": "GROUP", "type": "UPDATE", "detail": {"id": group.id}})
    log = found["auditLog"] if isinstance(found, dict) else found.audit_log
    difference = client.auditlogs.audit_log_diff(log["id"] if isinstance(log, dict) else log.id, TENANT)
    assert difference
    client.tenants.create_tenant({"id": name(), "name": "x"})
    newest = client.auditlogs.search_all_audit_logs(page=1, size=50)["results"]
    log = next(one["auditLog"] for one in newest if "tenantId" not in one["auditLog"])
    client.auditlogs.global_audit_log_diff(log["id"])


@has("TenantsApi", "set_logo")
def test_a_tenant_has_pictures(client):
    tenant = name()
    client.tenants.create_tenant({"id": tenant, "name": "x"})
    picture = b"\x89PNG\r\n\x1a\n" + bytes(16)
    client.tenants.set_logo(tenant, picture)
    client.tenants.set_apps_catalog_logo(tenant, picture)


@has("WorkerGroupsApi", "create_worker_group")
def test_a_worker_group_lives(client):
    key = name()
    client.worker_groups.create_worker_group({"id": key, "name": "x", "subscriptions": []})
    client.worker_groups.update_worker_group(key, {"id": key, "name": "y", "subscriptions": []})
    assert client.worker_groups.worker_group(key).name == "y"
    assert client.worker_groups.list_worker_groups()
    client.worker_groups.delete_worker_group(key)
    with pytest.raises(ApiException) as refusal:
        client.worker_groups.worker_group(key)
    assert refusal.value.status == 404


@has("SecurityIntegrationsApi", "create_security_integration")
def test_a_security_integration_lives_and_stays_off(client):
    api = client.security_integrations
    made = api.create_security_integration(TENANT, {"name": name(), "description": "d", "type": "SCIM"})
    assert made["apiToken"]["fullToken"] and made["uri"] and made["enabled"] is False
    with pytest.raises(ApiException) as refusal:
        api.enable_security_integration(made["id"], TENANT)
    assert refusal.value.status == 501
    assert api.disable_security_integration(made["id"], TENANT).enabled is False
    assert api.security_integration(made["id"], TENANT).enabled is False
    api.delete_security_integration(made["id"], TENANT)
    with pytest.raises(ApiException) as refusal:
        api.security_integration(made["id"], TENANT)
    assert refusal.value.status == 404


@has("MiscApi", "auths")
def test_what_clients_ask_first(client):
    assert client.misc.auths()
    assert client.misc.login_configuration()
    assert client.misc.configuration()
    assert client.misc.license_info()
    client.misc.basic_auth_validation_errors()


def test_a_record_of_an_execution_lives(client):
    flow, namespace = name(), f"{name()}.team"
    log = "{id: t, type: io.kestra.plugin.core.log.Log, message: hi}"
    client.flows.create_flow(TENANT, f"id: {flow}\nnamespace: {namespace}\ntasks: [{log}]\n")
    made = client.executions.create_execution(TENANT, namespace, flow)
    client.executions.update_execution_status(made.id, "SUCCESS", TENANT)
    client.executions.set_labels_on_terminated_execution(made.id, TENANT, [{"key": "team", "value": "sdk"}])
    assert client.executions.execution(made.id, TENANT).state.current == "SUCCESS"
    assert client.executions.search_executions_by_flow_id(TENANT, namespace, flow)
    assert client.flows.list_distinct_namespaces(TENANT)
    client.executions.delete_execution(made.id, TENANT)
    with pytest.raises(ApiException) as refusal:
        client.executions.execution(made.id, TENANT)
    assert refusal.value.status == 404
