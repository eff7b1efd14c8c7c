//! How answers travel: compressed where nothing in them is to be kept from whoever measures them, with cookies that stay
//! on the connection they came by, and with a token against foreign forms that no two pages share.

use crate::support::{ADMIN, Engine, Instance, Server};
use reqwest::{Response, header::HeaderMap};
use rstest::rstest;
use serde_json::json;

const BROWSER: &str = "gzip, deflate, br, zstd";

/// The cookies of a sign-in over the API and of a page.
async fn cookies(server: &Server) -> (String, HeaderMap) {
    let form = json!({ "username": ADMIN.0, "password": ADMIN.1 });
    let signed_in = server.http.post(format!("{}/login", server.url)).json(&form).send().await.unwrap();
    assert_eq!(signed_in.status(), 200);
    let form = [("email", ADMIN.0), ("password", ADMIN.1), ("next", "/ui"), ("__page", "/login")];
    let entered = server.http.post(format!("{}/serverfn/sign_in", server.url)).header("accept", "application/json");
    let entered = entered.form(&form).send().await.unwrap();
    let page = get(server, "/login", "", "identity").await;
    let mut all = HeaderMap::new();
    for (name, value) in signed_in.headers().iter().chain(entered.headers()).chain(page.headers()) {
        if name == "set-cookie" {
            all.append(name, value.clone());
        }
    }
    let pairs = all.get_all("set-cookie").iter().map(|one| one.to_str().unwrap().split(';').next().unwrap());
    (pairs.collect::<Vec<_>>().join("; "), all)
}

async fn get(server: &Server, path: &str, cookies: &str, codings: &str) -> Response {
    let request = server.http.get(format!("{}{path}", server.url)).header("accept", "text/html,application/json");
    request.header("cookie", cookies).header("accept-encoding", codings).send().await.unwrap()
}

fn coding(answer: &Response) -> &str {
    answer.headers().get("content-encoding").map_or("", |coding| coding.to_str().unwrap())
}

#[rstest]
#[tokio::test]
async fn pages_and_lists_are_compressed_and_secrets_are_not(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    for n in 0..30 {
        assert_eq!(server.json("POST", "/tenants", json!({ "id": format!("t{n}"), "name": "Tenant" })).await.0, 200);
    }
    let (cookies, _) = cookies(&server).await;

    for path in ["/administration/tenants", "/api/v1/tenants/search?size=30"] {
        let plain = get(&server, path, &cookies, "identity").await;
        assert_eq!((plain.status().as_u16(), coding(&plain)), (200, ""), "{path}");
        assert!(plain.headers().get_all("vary").iter().any(|vary| vary == "accept-encoding"), "{path}");
        let plain = plain.bytes().await.unwrap().len();
        for (accepts, expected) in [(BROWSER, "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip")] {
            let answer = get(&server, path, &cookies, accepts).await;
            assert_eq!((answer.status().as_u16(), coding(&answer)), (200, expected), "{path}");
            let size = answer.bytes().await.unwrap().len();
            assert!(size * 4 < plain, "{path}: {size} of {plain} in {expected}");
        }
    }
    // A few bytes, and events, which must not wait for more.
    assert_eq!(coding(&get(&server, "/api/v1/auths", &cookies, BROWSER).await), "");
    assert_eq!(coding(&get(&server, "/live?at=/ui/t0", &cookies, BROWSER).await), "");

    // A server function that shows a page, and one that shows a secret on it.
    let send = async |function: &str, form: &[(&str, &str)]| {
        let request = server.http.post(format!("{}/serverfn/{function}", server.url)).header("accept", "text/html");
        request.header("cookie", &cookies).header("accept-encoding", BROWSER).form(form).send().await.unwrap()
    };
    let refused = send("create_tenant", &[("id", ""), ("name", ""), ("__page", "/administration/create-tenant")]);
    assert_eq!(coding(&refused.await), "br");
    let shown = send("create_token", &[("owner", "me"), ("token_name", "once"), ("__page", "/account")]).await;
    assert_eq!((shown.status().as_u16(), coding(&shown)), (200, ""));
    assert!(shown.text().await.unwrap().contains("Copy the token now."));
    let made = server.request("POST", "/me/api-tokens").header("accept-encoding", BROWSER);
    let long = "x".repeat(2_000);
    let made = made.json(&json!({ "name": "ci", "description": long })).send().await.unwrap();
    assert_eq!((made.status().as_u16(), coding(&made)), (200, ""));
    assert!(made.text().await.unwrap().contains("fullToken"));
}

#[rstest]
#[tokio::test]
async fn every_cookie_stays_on_tls_where_people_come_by_it(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    for (url, secure) in [("https://kestra.test", true), ("http://kestra.test", false)] {
        let instance =
            Instance::with(engine, &format!("kestra: {{url: \"{url}\", ee: {{tenants: {{enabled: true}}}}}}")).await;
        let server = instance.serve();
        let (sent, set) = cookies(&server).await;
        let mut names: Vec<_> = sent.split("; ").filter_map(|pair| Some(pair.split_once('=')?.0)).collect();
        names.sort_unstable();
        let session = if secure { "__Host-kestra_session" } else { "kestra_session" };
        let mut expected = ["JWT", "JWT_REFRESH_TOKEN", session, "csrfToken"];
        expected.sort_unstable();
        assert_eq!(names, expected);
        let form = [("theme", "dark"), ("density", "compact"), ("__page", "/account")];
        let kept = server.http.post(format!("{}/serverfn/set_looks", server.url)).header("cookie", &sent);
        let kept = kept.header("accept", "application/json").form(&form).send().await.unwrap();
        let gone = server.http.get(format!("{}/logout", server.url)).header("cookie", &sent).send().await.unwrap();
        let others = kept.headers().get_all("set-cookie").iter().chain(gone.headers().get_all("set-cookie"));
        let all: Vec<_> = set.get_all("set-cookie").iter().chain(others).map(|one| one.to_str().unwrap()).collect();
        assert!(all.len() >= 8, "{all:?}");
        for one in all {
            assert_eq!(one.contains("; Secure"), secure, "{one}");
        }
    }
}

#[rstest]
#[tokio::test]
async fn a_page_says_its_token_otherwise_each_time_and_both_forms_are_taken(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let instance = Instance::new(engine).await;
    let server = instance.serve();
    let (cookies, _) = cookies(&server).await;
    let cookie = cookies.split("; ").find_map(|pair| pair.strip_prefix("csrfToken=")).unwrap();
    let said = async || {
        let page = get(&server, "/ui/", &cookies, "identity").await.text().await.unwrap();
        let (_, after) = page.split_once("name=\"csrf-token\" content=\"").unwrap();
        after.split_once('"').unwrap().0.to_owned()
    };
    let (first, second) = (said().await, said().await);
    assert_ne!(first, second);
    let create = async |id: &str, token: Option<&str>| {
        let request = server.anonymous("POST", "/tenants").header("cookie", &cookies);
        let request = token.into_iter().fold(request, |request, token| request.header("x-csrf-token", token));
        request.json(&json!({ "id": id, "name": "Tenant" })).send().await.unwrap().status().as_u16()
    };
    assert_eq!(create("a", Some(cookie)).await, 200);
    assert_eq!(create("b", Some(&first)).await, 200);
    assert_eq!(create("c", Some(&second)).await, 200);
    for wrong in [None, Some(""), Some(&first[1..]), Some("AAAA")] {
        assert_eq!(create("d", wrong).await, 403, "{wrong:?}");
    }
}
