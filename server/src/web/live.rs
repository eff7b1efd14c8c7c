//! Tells an open page that something it may show was changed.

use axum::{
    extract::{Extension, Query},
    http::HeaderName,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::{StreamExt, stream};
use serde::Deserialize;
use service::{Context, TenantRef, live};
use std::{convert::Infallible, time::Duration};

/// How often a silent connection says that it is still there, so that nothing between closes it.
const SILENCE: Duration = Duration::from_secs(20);

/// Tells nginx to hand on every event at once instead of filling a buffer with them.
const UNBUFFERED: (HeaderName, &str) = (HeaderName::from_static("x-accel-buffering"), "no");

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
            let events = stream::unfold(listening, |mut listening| async {
                let resource = listening.next().await?;
                let event = Event::default().data(resource.map_or("*", |resource| resource.as_str()));
                Some((Ok::<_, Infallible>(event), listening))
            });
            // A proxy may wait for the first byte before it tells the page that it is connected.
            let connected = stream::once(async { Ok(Event::default().comment("connected")) });
            let events = Sse::new(connected.chain(events)).keep_alive(KeepAlive::new().interval(SILENCE));
            ([UNBUFFERED], events).into_response()
        }
        Err(error) => super::pages::failure(&error.into()),
    }
}
