// Reads what `cargo metadata --no-deps` says and names every dependency that points the wrong way.
import { readFileSync } from "node:fs";

// Which of our crates each may use, and which libraries are none of its business.
const rooms = {
  model: { ours: [], never: /^(sqlx|tokio|axum|leptos|http|clap)/ },
  "store-sqlite": { ours: ["model"], never: /^(axum|leptos|http|clap)/ },
  "store-postgres": { ours: ["model"], never: /^(axum|leptos|http|clap)/ },
  store: { ours: ["model", "store-sqlite", "store-postgres"], never: /^(axum|leptos|http|clap)/ },
  service: { ours: ["model", "store"], never: /^(sqlx|axum|leptos|http|clap)/ },
  app: { ours: ["model", "service"], never: /^(sqlx|clap)/ },
  kestra: { ours: ["app", "model", "service", "store"], never: /^sqlx/ },
};
const { packages } = JSON.parse(readFileSync(0));
const wrong = [];
for (const { name, dependencies } of packages) {
  const room = rooms[name];
  if (!room) { wrong.push(`${name}: a crate that .ci/border does not know`); continue; }
  for (const { name: on, kind, path, optional } of dependencies) {
    if (kind === "dev") continue;
    if (path && !room.ours.includes(on)) wrong.push(`${name} must not depend on ${on}`);
    if (!path && room.never.test(on) && !(name === "app" && optional)) wrong.push(`${name} must not know ${on}`);
  }
  const use = dependencies.find(({ name: on }) => name === "app" && on === "service");
  if (use && !use.optional) wrong.push("app may know service only with the feature ssr: make it optional");
}
for (const line of wrong) console.error(line);
process.exit(wrong.length ? 1 : 0);
