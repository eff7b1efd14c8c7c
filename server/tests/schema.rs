//! Both engines have the same schema: same tables, same columns, same nullability.

use crate::support::{Engine, Instance};
use std::collections::BTreeSet;

#[tokio::test]
async fn both_migrations_lead_to_the_same_tables() {
    let names = |engine: &str| -> BTreeSet<String> {
        let folder = format!("{}/../migrations/{engine}", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
    };
    assert_eq!(names("sqlite"), names("postgres"));

    let sqlite = Instance::new(Engine::Sqlite).await;
    let postgres = Instance::new(Engine::Postgres).await;
    for instance in [&sqlite, &postgres] {
        assert!(instance.run(&["tenants", "list"]).status.success());
        // A second start finds everything applied.
        assert!(instance.run(&["tenants", "list"]).status.success());
    }
    let on_sqlite = sqlite
        .rows(
            "SELECT m.name, c.name, CASE WHEN c.\"notnull\" = 1 OR c.pk > 0 THEN 'not null' ELSE 'null' END
             FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS c
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE 'tenants_search%'
               AND m.name NOT LIKE 'principals_search%' AND m.name <> 'principal_texts'
               AND m.name NOT LIKE 'groups_search%' AND m.name <> 'group_texts'
               AND m.name <> '_sqlx_migrations' ORDER BY 1, 2",
        )
        .await;
    let on_postgres = postgres
        .rows(
            "SELECT table_name::text, column_name::text, CASE is_nullable WHEN 'NO' THEN 'not null' ELSE 'null' END
             FROM information_schema.columns
             WHERE table_schema = 'public' AND table_name <> '_sqlx_migrations'
             ORDER BY table_name COLLATE \"C\", column_name COLLATE \"C\"",
        )
        .await;
    assert_eq!(on_sqlite, on_postgres);
}
