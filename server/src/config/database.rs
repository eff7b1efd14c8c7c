//! Database addresses: what people write, and what the store opens.

use form_urlencoded::parse as parse_query;

/// Makes `url` an address that the store opens, with user and password merged in.
pub(super) fn address(
    url: &str,
    username: Option<&str>,
    password: Option<&str>,
    home: Option<&str>,
) -> Result<String, String> {
    let url = url.trim();
    let (scheme, rest) = url.split_once(':').ok_or_else(|| advice("an address without a scheme"))?;
    match scheme.to_ascii_lowercase().as_str() {
        "sqlite" => sqlite(rest, home),
        "postgres" | "postgresql" => {
            let rest = rest.strip_prefix("//").ok_or("expected postgres://user:password@host:5432/database")?;
            let (authority, tail) = split_authority(rest);
            let (user, host) = match authority.rsplit_once('@') {
                Some((user, host)) => (Some(user), host),
                None => (None, authority),
            };
            let (name, secret) = match user.map(|user| user.split_once(':').unwrap_or((user, ""))) {
                Some((name, secret)) => (name.to_owned(), secret.to_owned()),
                None => Default::default(),
            };
            let name = username.map_or(name, encode);
            let secret = password.map_or(secret, encode);
            check_host(host)?;
            let query = tail.split_once('?').map_or("", |(_, query)| query);
            for (_, mode) in parse_query(query.as_bytes()).filter(|(name, _)| matches!(&**name, "sslmode" | "ssl-mode"))
            {
                check_mode(&mode)?;
            }
            Ok(format!("postgres://{}{host}{tail}", userinfo(&name, &secret)))
        }
        "jdbc" => jdbc(rest, username, password),
        other => Err(advice(other)),
    }
}

fn advice(scheme: &str) -> String {
    // What stands before the first colon of a mistyped address may be half a password: only known names
    // are repeated.
    let what = ["mysql", "mariadb", "h2", "sqlserver", "oracle", "mongodb", "an address without a scheme"]
        .iter()
        .find(|name| **name == scheme)
        .map_or_else(|| "this address".to_owned(), |name| (*name).to_owned());
    format!(
        "{what} cannot be used: data is kept in SQLite or PostgreSQL. Write sqlite:/path/to/kestra.db for a file, or \
         postgres://user:password@host:5432/database (jdbc:postgresql://host:5432/database works too)"
    )
}

fn sqlite(rest: &str, home: Option<&str>) -> Result<String, String> {
    let path = rest.strip_prefix("//").unwrap_or(rest);
    if path.is_empty() || path.starts_with('?') {
        return Err("the path of the file is missing: expected sqlite:/path/to/kestra.db".into());
    }
    let path = match path.strip_prefix("~/") {
        Some(below) => {
            let home = home.ok_or("~ cannot be resolved because HOME is not set: write the whole path of the file")?;
            format!("{}/{below}", home.trim_end_matches('/'))
        }
        None => path.to_owned(),
    };
    Ok(format!("sqlite:{path}"))
}

/// `jdbc:postgresql://host:port/db?user=…&password=…`, and the short form `jdbc:postgresql:db`.
fn jdbc(rest: &str, username: Option<&str>, password: Option<&str>) -> Result<String, String> {
    let (engine, rest) = rest.split_once(':').ok_or_else(|| advice(""))?;
    if !engine.eq_ignore_ascii_case("postgresql") {
        return Err(advice(&engine.to_ascii_lowercase()));
    }
    let local = format!("localhost/{rest}");
    let (authority, tail) = split_authority(rest.strip_prefix("//").unwrap_or(&local));
    let (database, query) = tail.split_once('?').unwrap_or((tail, ""));
    let host = if authority.is_empty() { "localhost" } else { authority };
    check_host(host)?;
    let (mut user, mut secret, mut parameters) = (None, None, Vec::new());
    for (name, value) in parse_query(query.as_bytes()) {
        match &*name {
            "user" => user = Some(value.into_owned()),
            "password" => secret = Some(value.into_owned()),
            // As that driver understands it: the certificate is verified, and that it is of this host.
            "ssl" if value == "true" || value.is_empty() => parameters.push(VERIFIED.to_owned()),
            "sslmode" => {
                check_mode(&value)?;
                parameters.push(format!("sslmode={value}"));
            }
            "sslrootcert" | "sslcert" | "sslkey" => parameters.push(format!("{name}={}", encode(&value))),
            "currentSchema" => parameters.push(format!("options=-csearch_path%3D{}", encode(&value))),
            // The rest tunes the Java driver.
            _ => {}
        }
    }
    // `ssl=true&sslmode=require`: the mode that is named counts.
    if parameters.iter().any(|one| one.starts_with("sslmode=") && one != VERIFIED) {
        parameters.retain(|one| one != VERIFIED);
    }
    parameters.dedup();
    let user = username.map(str::to_owned).or(user).unwrap_or_default();
    let secret = password.map(str::to_owned).or(secret).unwrap_or_default();
    let query = if parameters.is_empty() { String::new() } else { format!("?{}", parameters.join("&")) };
    Ok(format!("postgres://{}{host}{database}{query}", userinfo(&encode(&user), &encode(&secret))))
}

const VERIFIED: &str = "sslmode=verify-full";

/// An address as reports show it: without its password. Parameters may hold one too.
pub(super) fn masked(address: &str) -> String {
    let Some(rest) = address.strip_prefix("postgres://") else { return address.to_owned() };
    let rest = match rest.split_once('?') {
        Some((plain, query)) if query.contains("password") => format!("{plain}?•••"),
        _ => rest.to_owned(),
    };
    let (authority, tail) = split_authority(&rest);
    match authority.rsplit_once('@') {
        Some((user, host)) if user.contains(':') => {
            format!("postgres://{}:•••@{host}{tail}", user.split_once(':').map_or("", |(name, _)| name))
        }
        _ => format!("postgres://{rest}"),
    }
}

fn split_authority(rest: &str) -> (&str, &str) {
    rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()))
}

fn check_host(host: &str) -> Result<(), String> {
    if host.contains(',') {
        return Err("several hosts in one address are not supported: name one".into());
    }
    let port = match host.rsplit_once(']') {
        Some((_, after)) => after.strip_prefix(':'),
        None => host.split_once(':').map(|(_, port)| port),
    };
    if port.is_some_and(|port| port.parse::<u16>().is_err()) {
        return Err("the port of the database is not a number: expected host:5432".into());
    }
    if host.contains(char::is_whitespace) || host.contains('@') {
        return Err("the host of the database is not one: expected host:5432".into());
    }
    Ok(())
}

fn check_mode(mode: &str) -> Result<(), String> {
    const MODES: [&str; 6] = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];
    if MODES.contains(&mode) { Ok(()) } else { Err(format!("unknown sslmode: expected one of {}", MODES.join(", "))) }
}

fn userinfo(name: &str, secret: &str) -> String {
    match (name, secret) {
        ("", "") => String::new(),
        (name, "") => format!("{name}@"),
        (name, secret) => format!("{name}:{secret}@"),
    }
}

/// Percent-encodes all but the characters that are safe everywhere in an address.
fn encode(text: &str) -> String {
    let safe = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    text.bytes().map(|b| if safe(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("sqlite:~/.kestra/kestra.db", "sqlite:/home/ada/.kestra/kestra.db")]
    #[case("sqlite:data.db", "sqlite:data.db")]
    #[case("sqlite:///var/lib/k.db", "sqlite:/var/lib/k.db")]
    #[case("sqlite::memory:", "sqlite::memory:")]
    #[case("postgres://u:p@h:5/d?sslmode=require", "postgres://u:p@h:5/d?sslmode=require")]
    #[case("postgresql://h/d", "postgres://h/d")]
    #[case("jdbc:postgresql://h:5432/d?user=u&password=p%40s", "postgres://u:p%40s@h:5432/d")]
    #[case("jdbc:postgresql://h/d?ssl=true&reWriteBatchedInserts=true", "postgres://h/d?sslmode=verify-full")]
    #[case("jdbc:postgresql://h/d?ssl=true&sslmode=verify-full", "postgres://h/d?sslmode=verify-full")]
    #[case("jdbc:postgresql://h/d?sslmode=require&ssl=true", "postgres://h/d?sslmode=require")]
    #[case(
        "jdbc:postgresql://h/d?ssl=true&sslrootcert=/a b/root.crt",
        "postgres://h/d?sslmode=verify-full&sslrootcert=%2Fa%20b%2Froot.crt"
    )]
    #[case("jdbc:postgresql:d", "postgres://localhost/d")]
    #[case("jdbc:postgresql://[::1]:5432/d", "postgres://[::1]:5432/d")]
    fn addresses(#[case] written: &str, #[case] opened: &str) {
        assert_eq!(address(written, None, None, Some("/home/ada")).unwrap(), opened);
    }

    #[rstest]
    #[case("jdbc:postgresql://h/d", "postgres://k%40x:a%2Fb%3Ac@h/d")]
    #[case("postgres://h/d", "postgres://k%40x:a%2Fb%3Ac@h/d")]
    #[case("postgres://old:one@h/d", "postgres://k%40x:a%2Fb%3Ac@h/d")]
    fn merges_user_and_password(#[case] written: &str, #[case] opened: &str) {
        assert_eq!(address(written, Some("k@x"), Some("a/b:c"), None).unwrap(), opened);
    }

    #[rstest]
    fn refuses_with_advice(
        #[values("jdbc:mysql://h/d", "mysql://h/d", "jdbc:h2:mem:public", "jdbc:x", "", "kestra.db", "hunter2:x")]
        written: &str,
    ) {
        let error = address(written, None, None, None).unwrap_err();
        assert!(error.contains("sqlite:/path/to/kestra.db"), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
    }

    #[rstest]
    fn refuses_broken_ones(
        #[values(
            "sqlite:",
            "postgres:h",
            "postgres://h:x/d",
            "postgres://a,b/d",
            "postgres://h:99999/d",
            "postgres://h/d?sslmode=verify_full",
            "jdbc:postgresql://h/d?sslmode=full",
            "sqlite:~/k.db"
        )]
        written: &str,
    ) {
        assert!(address(written, None, None, None).is_err());
    }
}
