//! What can be done, one type each: a transaction carries in its type what it was opened for.

use model::{Action, Permission, Resource};

/// Something that can be done; the permission it needs.
pub(crate) trait Act {
    /// Needed, in the place it is done.
    const PERMISSION: Permission;
}

macro_rules! acts {
    ($($name:ident: $resource:ident $action:ident;)*) => {$(
        #[doc = concat!("Needs ", stringify!($resource), ":", stringify!($action), ".")]
        pub(crate) struct $name;
        impl Act for $name {
            const PERMISSION: Permission = Permission::new(Resource::$resource, Action::$action);
        }
    )*};
}

// By resource.
acts! {
    ExportAuditLog: AuditLog Export;
    ListAuditLog: AuditLog List;
    ViewAuditLog: AuditLog View;
    PurgeAuditLog: Instance Update;
    AssignRole: Binding Create;
    ListBindings: Binding List;
    RevokeRole: Binding Delete;
    SuggestUsers: Binding Create;
    ViewBinding: Binding View;
    ChangeExecutionLabels: Execution ChangeLabels;
    CreateExecution: Execution Create;
    DeleteExecution: Execution Delete;
    ListExecutions: Execution List;
    UpdateExecution: Execution Update;
    ViewExecution: Execution View;
    CreateFlow: Flow Create;
    DeleteFlow: Flow Delete;
    ListFlows: Flow List;
    UpdateFlow: Flow Update;
    ViewFlow: Flow View;
    CreateGroup: Group Create;
    DeleteGroup: Group Delete;
    ListGroups: Group List;
    UpdateGroup: Group Update;
    ViewGroup: Group View;
    SyncAccess: Instance Update;
    UpdateInstance: Instance Update;
    ViewInstance: Instance View;
    CreateInvitation: Invitation Create;
    DeleteInvitation: Invitation Delete;
    ListInvitations: Invitation List;
    ViewInvitation: Invitation View;
    CreateNamespace: Namespace Create;
    DeleteNamespace: Namespace Delete;
    ListNamespaces: Namespace List;
    UpdateNamespace: Namespace Update;
    ViewNamespace: Namespace View;
    CreateRole: Role Create;
    DeleteRole: Role Delete;
    ListRoles: Role List;
    UpdateRole: Role Update;
    ViewRole: Role View;
    CreateServiceAccount: ServiceAccount Create;
    DeleteServiceAccount: ServiceAccount Delete;
    ListServiceAccounts: ServiceAccount List;
    UpdateServiceAccount: ServiceAccount Update;
    ViewServiceAccount: ServiceAccount View;
    CreateTenant: Tenant Create;
    DeleteTenant: Tenant Delete;
    ListTenants: Tenant List;
    UpdateTenant: Tenant Update;
    ViewTenant: Tenant View;
    CreateUser: User Create;
    DeleteUser: User Delete;
    ImpersonateUser: User Impersonate;
    ListUsers: User List;
    UpdateUser: User Update;
    ViewUser: User View;
}
