//! Tells an open page that something it may show was changed.

use axum::{
    extract::{Extension, Query},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::stream::unfold;
use serde::Deserialize;
use service::{Context, TenantRef, live};
use std::{convert::Infallible, time::Duration};

/// How often a silent connection says that it is still there, so that nothing between closes it.
const SILENCE: Duration = Duration::from_secs(20);

/// Where the page is.
#[derive(Debug, Deserialize)]
pub struct At {
    at: String,
}

/// `GET /live?at=/ui/dev/roles`: the names of resources that change, `*` for any. The audit log's page also hears of what
/// was denied.
pub async fn listen(Extension(cx): Extension<Context>, Query(At { at }): Query<At>) -> Response {
    let mut segments = at.trim_matches('/').split('/');
    let place = match (segments.next(), segments.next()) {
        (Some("ui"), Some(tenant)) => TenantRef::from_segment(tenant).map(Some),
        _ => Ok(None),
    };
    // A tenant may be called `audit`.
    let audit = matches!(
        at.trim_matches('/').split('/').collect::<Vec<_>>()[..],
        ["ui", _, "audit"] | ["administration", "audit"]
    );
    let listening = match place {
        Ok(place) => live::listen(&cx, place, audit).await,
        Err(error) => Err(error),
    };
    match listening {
        Ok(listening) => {
            let events = unfold(listening, |mut listening| async {
                let resource = listening.next().await?;
                let event = Event::default().data(resource.map_or("*", |resource| resource.as_str()));
                Some((Ok::<_, Infallible>(event), listening))
            });
            Sse::new(events).keep_alive(KeepAlive::new().interval(SILENCE)).into_response()
        }
        Err(error) => super::pages::failure(&error.into()),
    }
}
