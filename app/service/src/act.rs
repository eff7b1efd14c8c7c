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
    AssignRole: Binding Create;
    RevokeRole: Binding Delete;
    SuggestUsers: Binding Create;
    CreateTenant: Tenant Create;
    DeleteTenant: Tenant Delete;
    ListTenants: Tenant List;
    UpdateTenant: Tenant Update;
    ViewTenant: Tenant View;
    ImpersonateUser: User Impersonate;
    CreateUser: User Create;
    ListUsers: User List;
    UpdateUser: User Update;
}
