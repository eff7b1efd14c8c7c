//! The span of a request in the log: its lines name who asks and which tenant is asked about, once each is known.

use crate::TenantRef;
use model::PrincipalId;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use tracing::Span;

/// A request's span, with fields `principal` and `tenant` that are still empty.
#[derive(Debug, Clone)]
pub struct Trace(Arc<Known>);

#[derive(Debug)]
struct Known {
    span: Span,
    // What is recorded twice is written twice.
    principal: AtomicBool,
    tenant: AtomicBool,
}

impl Trace {
    /// Of a request.
    pub fn new(span: Span) -> Self {
        Self(Arc::new(Known { span, principal: AtomicBool::new(false), tenant: AtomicBool::new(false) }))
    }

    pub(crate) fn principal(&self, id: &PrincipalId) {
        if !self.0.principal.swap(true, Ordering::Relaxed) {
            self.0.span.record("principal", id.as_str());
        }
    }

    pub(crate) fn tenant(&self, tenant: &TenantRef) {
        if !self.0.tenant.swap(true, Ordering::Relaxed) {
            self.0.span.record("tenant", tracing::field::display(tenant));
        }
    }
}

impl Default for Trace {
    /// Of no request.
    fn default() -> Self {
        Self::new(Span::none())
    }
}
