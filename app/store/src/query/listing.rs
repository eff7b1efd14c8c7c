//! Numbered pages with the wire's filters and orders (contract 2.2).
//!
//! Clients combine filters as they like, so this is the one place where SQL is put together at run time: from
//! the fixed texts of a [`Shape`], never from what a client sent, which is always bound.

use crate::{Builder, Conn, Row, tenants::like};
use model::{Direction, Email, Filter, Invalid, List, Namespace, Op, Page, Reach, Timestamp};

/// How a field's values compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// As they are.
    Exact,
    /// Without case; the column holds folded text.
    Folded,
    /// Instants, ISO 8601 on the wire.
    Instant,
    /// True or false.
    Flag,
    /// A JSON list of `{"key":…,"value":…}`, written by us; compared with `key:value`.
    Labels,
}

/// Something rows can be filtered and sorted by.
#[derive(Debug)]
pub struct Field {
    /// Its name on the wire.
    pub name: &'static str,
    /// Its column.
    pub sql: &'static str,
    /// How it compares.
    pub kind: Kind,
}

/// How `q` finds rows.
#[derive(Debug)]
pub enum Search {
    /// By the index of principals; the column of their ids and one with their folded text.
    Principals(&'static str, &'static str),
    /// By the index of groups, in the same way.
    Groups(&'static str, &'static str),
    /// Text anywhere in one of these columns, which hold folded text.
    Columns(&'static [&'static str]),
}

/// What a list is made of.
#[derive(Debug)]
pub struct Shape {
    /// What its rows are, for people.
    pub what: &'static str,
    /// Fields.
    pub fields: &'static [Field],
    /// What `q` means.
    pub search: Search,
    /// A column that differs in every row; ends every order.
    pub key: &'static str,
    /// Order where none is asked for.
    pub order: (&'static str, Direction),
}

/// Where counting the hits of a search or a filter stops: beyond it nobody turns pages, and counting a million
/// rows would take longer than showing ten.
pub const MOST: i64 = 5_000;
/// What is known of how many rows a list has.
#[derive(Debug, Clone, Copy)]
pub enum Total {
    /// So many, where it is neither searched nor filtered.
    Known(i64),
    /// So many, or more, where it is neither searched nor filtered.
    AtLeast(i64),
    /// They are counted, up to so many.
    UpTo(i64),
}

impl Total {
    /// What is known of rows in namespaces, where the tenant has `all`.
    pub fn within(reach: &Reach, all: i64) -> Self {
        match reach {
            Reach::All => Self::Known(all),
            Reach::Only(_) => Self::UpTo(MOST),
        }
    }
}

/// Hits of an index that are few enough to be looked at one by one.
const FEW: i64 = 500;
/// Hits among which a page is looked for where any will do.
const ANY: i64 = 100;
/// Hits that are few enough to be sorted. Of more, rows are looked at in the list's order until the page is full.
const SOME: i64 = 20_000;

/// What an index knows of rows that have a text.
enum Hits {
    /// These.
    Listed(Vec<String>),
    /// These, and more: any of them will do.
    First(Vec<String>),
    /// Those that it finds. They may all stand together at the end of the list: in its order, most of it would be read.
    Sought,
    /// Too many to say, or there is no index.
    Unknown,
}

impl Shape {
    fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Refuses what such a list cannot be filtered or sorted by.
    pub fn check(&self, list: &List) -> Result<(), Invalid> {
        if let Some((name, _)) = list.sort.iter().find(|(name, _)| self.field(name).is_none()) {
            return Err(Invalid(format!("{} cannot be sorted by {name}.", self.what)));
        }
        self.check_filter(&list.filter)
    }

    fn check_filter(&self, filter: &Filter) -> Result<(), Invalid> {
        match filter {
            Filter::All(list) | Filter::Any(list) => list.iter().try_for_each(|one| self.check_filter(one)),
            Filter::Field { name, .. } if name == "q" => Ok(()),
            Filter::Field { name, op, value } => {
                let Some(field) = self.field(name) else {
                    return Err(Invalid(format!("{} cannot be filtered by {name}.", self.what)));
                };
                let bare = matches!(op, Op::IsNull | Op::IsNotNull);
                let listed =
                    matches!(op, Op::Equals | Op::NotEquals | Op::In | Op::NotIn | Op::Contains | Op::NotContains);
                if field.kind == Kind::Labels && !listed {
                    return Err(Invalid(format!("{name} are not compared so: use EQUALS, IN, NOT_EQUALS or NOT_IN.")));
                }
                let fits = |one: &str| match field.kind {
                    Kind::Exact | Kind::Folded => true,
                    Kind::Instant => Timestamp::parse(one).is_some(),
                    Kind::Flag => matches!(one, "true" | "false"),
                    Kind::Labels => one.contains(':'),
                };
                if bare || value.split(',').all(|one| fits(one.trim())) {
                    return Ok(());
                }
                Err(Invalid(match field.kind {
                    Kind::Instant => format!(
                        "“{value}” is not a date of the calendar: write {name} as 2026-01-31 or 2026-01-31T12:00:00Z."
                    ),
                    _ => format!("“{value}” is not a value of {name}."),
                }))
            }
        }
    }
}

/// Conditions that say whose rows these are, with their values bound.
pub type Scope<'a> = &'a (dyn Fn(&mut Builder) + Send + Sync);

/// A page of rows and how many there are in all.
pub async fn page<T>(
    db: &mut Conn,
    shape: &Shape,
    (select, from): (&'static str, &'static str),
    scope: Scope<'_>,
    list: &List,
    total: Total,
    read: impl Fn(&Row) -> sqlx::Result<T>,
) -> sqlx::Result<Page<T>> {
    let (needle, filter) = needle(list);
    let hits = hits(db, &shape.search, list, &needle).await?;
    let mut asked = Asked { shape, select, from, scope, list, needle, filter, hits };
    if let Hits::First(first) = asked.hits {
        asked.hits = Hits::Listed(first);
        let found = asked.page(&mut *db, Total::AtLeast(list.size), &read).await?;
        if i64::try_from(found.results.len()).is_ok_and(|many| many == list.size) {
            return Ok(found);
        }
        // They are of other tenants.
        asked.hits = Hits::Unknown;
    }
    asked.page(db, total, &read).await
}

/// What is asked for, and what an index knows of it.
struct Asked<'a> {
    shape: &'a Shape,
    select: &'static str,
    from: &'static str,
    scope: Scope<'a>,
    list: &'a List,
    needle: String,
    filter: Filter,
    hits: Hits,
}

impl Asked<'_> {
    /// Adds where rows come from and which these are.
    fn rows(&self, builder: &mut Builder) {
        builder.push(" FROM ").push(self.from).push(" WHERE ");
        (self.scope)(builder);
        match (&self.hits, &self.shape.search) {
            (Hits::Listed(hits), Search::Principals(id, _) | Search::Groups(id, _)) => {
                builder.push(" AND ");
                among(builder, id, hits);
            }
            (Hits::Sought, Search::Principals(id, _) | Search::Groups(id, _)) => {
                builder.push(" AND ").push(id).push(" IN (");
                sought(builder, &self.shape.search, &self.needle);
                builder.push(")");
            }
            _ if self.needle.is_empty() => {}
            _ => {
                builder.push(" AND ");
                contains(builder, self.shape, &self.needle);
            }
        }
        if !self.filter.is_empty() {
            builder.push(" AND ");
            condition(builder, self.shape, &self.filter);
        }
    }

    /// How many there are, up to so many, and whether there are more.
    async fn count(&self, db: &mut Conn, most: i64) -> sqlx::Result<(i64, bool)> {
        let most = self.list.most.unwrap_or(most).min(most);
        let mut builder = Builder::new("SELECT COUNT(*) FROM (SELECT 1 AS one");
        self.rows(&mut builder);
        builder.push(" LIMIT ").push_bind(most + 1).push(") AS hit");
        let found: i64 = builder.build_query_scalar().fetch_one(db).await?;
        Ok((found.min(most), found > most))
    }

    async fn page<T>(
        &self,
        db: &mut Conn,
        total: Total,
        read: &impl Fn(&Row) -> sqlx::Result<T>,
    ) -> sqlx::Result<Page<T>> {
        let list = self.list;
        let plain = self.needle.is_empty() && self.filter.is_empty();
        let ((total, more), known) = match total {
            Total::Known(total) if plain => ((total, false), true),
            Total::AtLeast(total) if plain || list.any => ((total, true), false),
            Total::UpTo(most) => (self.count(&mut *db, most).await?, false),
            Total::Known(_) | Total::AtLeast(_) => (self.count(&mut *db, MOST).await?, false),
        };
        let wanted = if more { list.size } else { list.size.min(total.saturating_sub(list.offset)) };
        if wanted <= 0 {
            return Ok(Page { results: Vec::new(), total, more });
        }
        // A page in the second half is nearer from the end.
        let from_end = total.saturating_sub(list.offset).saturating_sub(wanted);
        let backward = known && from_end < list.offset;
        let mut builder = Builder::new("SELECT ");
        builder.push(self.select);
        self.rows(&mut builder);
        order(&mut builder, self.shape, list, backward);
        builder.push(" LIMIT ").push_bind(wanted);
        builder.push(" OFFSET ").push_bind(if backward { from_end } else { list.offset });
        let found = builder.build().fetch_all(db).await?;
        let mut results = found.iter().map(read).collect::<sqlx::Result<Vec<_>>>()?;
        if backward {
            results.reverse();
        }
        Ok(Page { results, total, more })
    }
}

async fn hits(db: &mut Conn, search: &Search, list: &List, needle: &str) -> sqlx::Result<Hits> {
    if let (Search::Principals(..), Some(address)) = (search, exact(list))
        && let Some(id) = principal(db, &address).await?
    {
        return Ok(Hits::Listed(vec![id]));
    }
    if needle.chars().count() < 3 {
        return Ok(Hits::Unknown);
    }
    let few = if list.any { ANY } else { FEW };
    let found = match search {
        Search::Principals(..) => crate::search::principals(db, needle, few + 1).await?,
        Search::Groups(..) => crate::search::groups(db, needle, few + 1).await?,
        Search::Columns(_) => return Ok(Hits::Unknown),
    };
    if found.len() <= usize::try_from(few).unwrap_or(usize::MAX) {
        return Ok(Hits::Listed(found));
    }
    if list.any {
        return Ok(Hits::First(found));
    }
    let mut builder = Builder::new("SELECT COUNT(*) FROM (");
    sought(&mut builder, search, needle);
    builder.push(") AS hit");
    let many: i64 = builder.build_query_scalar().fetch_one(db).await?;
    Ok(if many > SOME { Hits::Unknown } else { Hits::Sought })
}

/// Adds a query of the ids that an index finds, of one more than [`SOME`] at the most.
fn sought(builder: &mut Builder, search: &Search, needle: &str) {
    match search {
        Search::Principals(..) => crate::search::ids_of_principals(builder, needle, SOME + 1),
        Search::Groups(..) => crate::search::ids_of_groups(builder, needle, SOME + 1),
        Search::Columns(_) => {}
    }
}

/// Adds to a query's conditions what a list is searched and filtered by.
pub fn filtered(builder: &mut Builder, shape: &Shape, list: &List) {
    let (needle, filter) = needle(list);
    if !needle.is_empty() {
        builder.push(" AND ");
        contains(builder, shape, &needle);
    }
    if !filter.is_empty() {
        builder.push(" AND ");
        condition(builder, shape, &filter);
    }
}

/// A whole address that `q` shall be equal to: its user is the answer, if there is one (contract 2.2).
fn exact(list: &List) -> Option<String> {
    let all = match &list.filter {
        Filter::All(all) => all.as_slice(),
        one => std::slice::from_ref(one),
    };
    match all {
        [Filter::Field { name, op: Op::Equals, value }] if name == "q" && list.q.is_empty() => {
            Email::parse(value).ok().map(|address| address.to_string())
        }
        _ => None,
    }
}

async fn principal(db: &mut Conn, address: &str) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(r#"SELECT id AS "id!" FROM principals WHERE kind = 'USER' AND name = $1"#, address)
        .fetch_optional(db)
        .await
}

/// What is searched for, folded, and the filter without it.
fn needle(list: &List) -> (String, Filter) {
    let mut needles = vec![list.q.clone()];
    fn rest(filter: &Filter, needles: &mut Vec<String>) -> Option<Filter> {
        match filter {
            Filter::All(all) => {
                let all: Vec<_> = all.iter().filter_map(|one| rest(one, needles)).collect();
                (!all.is_empty()).then_some(Filter::All(all))
            }
            Filter::Field { name, op: Op::Equals | Op::Contains, value } if name == "q" => {
                needles.push(value.clone());
                None
            }
            other => Some(other.clone()),
        }
    }
    let mut filter = rest(&list.filter, &mut needles).unwrap_or_default();
    let mut needles = needles.into_iter().map(|text| text.trim().to_lowercase()).filter(|text| !text.is_empty());
    let needle = needles.next().unwrap_or_default();
    let more: Vec<_> = needles
        .map(|value| Filter::Field { name: "q".into(), op: Op::Contains, value })
        .chain([filter.clone()])
        .collect();
    if more.len() > 1 {
        filter = Filter::All(more);
    }
    (needle, filter)
}

fn order(builder: &mut Builder, shape: &Shape, list: &List, backward: bool) {
    let asked = list.sort.iter().filter_map(|(name, way)| Some((shape.field(name)?.sql, *way)));
    let mut orders: Vec<_> = asked.collect();
    if orders.is_empty() {
        orders.push(shape.order);
    }
    let last = orders.last().map_or(Direction::Asc, |(_, way)| *way);
    orders.push((shape.key, last));
    builder.push(" ORDER BY ");
    for (place, (column, way)) in orders.into_iter().enumerate() {
        let way = if backward { way.reversed() } else { way };
        builder.push(if place == 0 { "" } else { ", " }).push(column);
        builder.push(if way == Direction::Desc { " DESC" } else { "" });
    }
}

/// Values that are bound one by one; more are one list.
const BOUND: usize = 200;

/// Ids as statements take them.
pub fn texts(ids: &[impl ToString]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}

/// One of a list of texts; of none: nothing.
pub fn among(builder: &mut Builder, column: &'static str, values: &[String]) {
    if values.is_empty() {
        builder.push("(1 = 0)");
        return;
    }
    builder.push(column).push(" IN (");
    if values.len() > BOUND {
        // As one value: a statement takes only so many. A text with a zero byte is nobody's, and PostgreSQL takes none.
        let values: Vec<_> = values.iter().filter(|value| !value.contains('\0')).collect();
        let list = serde_json::to_string(&values).unwrap_or_default();
        builder.push(crate::texts::OF_JSON.0).push_bind(list).push(crate::texts::OF_JSON.1).push(")");
        return;
    }
    let mut list = builder.separated(", ");
    for value in values {
        list.push_bind(value.clone());
    }
    builder.push(")");
}

/// In namespaces the caller reaches.
pub fn within(builder: &mut Builder, column: &'static str, reach: &Reach) {
    let Reach::Only(namespaces) = reach else {
        builder.push("1 = 1");
        return;
    };
    builder.push("(1 = 0");
    for namespace in namespaces {
        builder.push(" OR ").push(column).push(" = ").push_bind(namespace.to_string());
        below(builder.push(" OR "), column, namespace);
    }
    builder.push(")");
}

/// Below a namespace: as a range, so that an index finds it. `/` is the character after the dot.
fn below(builder: &mut Builder, column: &'static str, namespace: &Namespace) {
    builder.push("(").push(column).push(" >= ").push_bind(format!("{namespace}."));
    builder.push(" AND ").push(column).push(" < ").push_bind(format!("{namespace}/")).push(")");
}

fn contains(builder: &mut Builder, shape: &Shape, needle: &str) {
    let columns: &[&str] = match &shape.search {
        Search::Principals(_, text) | Search::Groups(_, text) => &[text],
        Search::Columns(columns) => columns,
    };
    builder.push("(");
    for (place, column) in columns.iter().enumerate() {
        builder.push(if place == 0 { "" } else { " OR " }).push(*column);
        builder.push(" LIKE ").push_bind(like(needle)).push(r" ESCAPE '\'");
    }
    builder.push(")");
}

fn condition(builder: &mut Builder, shape: &Shape, filter: &Filter) {
    let (list, word, none) = match filter {
        Filter::All(list) => (list, " AND ", "1 = 1"),
        Filter::Any(list) => (list, " OR ", "1 = 0"),
        Filter::Field { name, op, value } => {
            match shape.field(name) {
                // `q` is text anywhere, whatever the operation.
                None => contains(builder, shape, &value.trim().to_lowercase()),
                Some(field) => compare(builder, field, *op, value),
            }
            return;
        }
    };
    if list.is_empty() {
        builder.push(none);
        return;
    }
    builder.push("(");
    for (place, one) in list.iter().enumerate() {
        builder.push(if place == 0 { "" } else { word });
        condition(builder, shape, one);
    }
    builder.push(")");
}

fn bind(builder: &mut Builder, kind: Kind, value: &str) {
    match kind {
        Kind::Exact | Kind::Labels => builder.push_bind(value.to_owned()),
        Kind::Folded => builder.push_bind(value.to_lowercase()),
        Kind::Instant => builder.push_bind(Timestamp::parse(value).unwrap_or(Timestamp(0)).0),
        Kind::Flag => builder.push_bind(value == "true"),
    };
}

/// One of these labels is among a row's. What is replaced by nothing was there: of the ways to find a text in a
/// text, this one minds the case on both databases.
fn labelled(builder: &mut Builder, sql: &'static str, op: Op, value: &str) {
    let not = matches!(op, Op::NotEquals | Op::NotIn | Op::NotContains);
    builder.push(if not { "NOT (1 = 0" } else { "(1 = 0" });
    for label in value.split(',') {
        let (key, value) = label.split_once(':').unwrap_or((label, ""));
        let label = serde_json::json!({ "key": key.trim(), "value": value.trim() }).to_string();
        builder.push(" OR REPLACE(").push(sql).push(", ").push_bind(label).push(", '') <> ").push(sql);
    }
    builder.push(")");
}

fn compare(builder: &mut Builder, field: &Field, op: Op, value: &str) {
    let Field { sql, kind, .. } = field;
    if *kind == Kind::Labels {
        return labelled(builder, sql, op, value);
    }
    let folded = |text: &str| if *kind == Kind::Folded { text.to_lowercase() } else { text.to_owned() };
    let pattern = |before: &str, after: &str| {
        let inner = like(&folded(value));
        let inner = inner.strip_prefix('%').and_then(|text| text.strip_suffix('%')).unwrap_or_default().to_owned();
        format!("{before}{inner}{after}")
    };
    let text = matches!(kind, Kind::Exact | Kind::Folded);
    match op {
        Op::IsNull => {
            builder.push(*sql).push(" IS NULL");
        }
        Op::IsNotNull => {
            builder.push(*sql).push(" IS NOT NULL");
        }
        Op::In | Op::NotIn => {
            let not = op == Op::NotIn;
            builder.push("(").push(*sql).push(if not { " IS NULL OR " } else { " IS NOT NULL AND " });
            builder.push(*sql).push(if not { " NOT IN (" } else { " IN (" });
            for (place, one) in value.split(',').enumerate() {
                builder.push(if place == 0 { "" } else { ", " });
                bind(builder, *kind, one.trim());
            }
            builder.push("))");
        }
        Op::Contains | Op::StartsWith | Op::EndsWith if text => {
            let pattern = match op {
                Op::Contains => pattern("%", "%"),
                Op::StartsWith => pattern("", "%"),
                _ => pattern("%", ""),
            };
            builder.push(*sql).push(" LIKE ").push_bind(pattern).push(r" ESCAPE '\'");
        }
        Op::NotContains if text => {
            builder.push("(").push(*sql).push(" IS NULL OR ").push(*sql);
            builder.push(" NOT LIKE ").push_bind(pattern("%", "%")).push(r" ESCAPE '\')");
        }
        Op::Prefix if text => {
            let namespace = Namespace::stored(folded(value));
            builder.push("(").push(*sql).push(" = ").push_bind(folded(value));
            below(builder.push(" OR "), sql, &namespace);
            builder.push(")");
        }
        _ => {
            let sign = match op {
                Op::NotEquals | Op::NotContains => " <> ",
                Op::GreaterThan => " > ",
                Op::LessThan => " < ",
                Op::GreaterThanOrEqualTo => " >= ",
                Op::LessThanOrEqualTo => " <= ",
                _ => " = ",
            };
            builder.push("(");
            if sign == " <> " {
                builder.push(*sql).push(" IS NULL OR ");
            }
            builder.push(*sql).push(sign);
            bind(builder, *kind, value);
            builder.push(")");
        }
    }
}
