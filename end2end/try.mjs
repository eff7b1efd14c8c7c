import { chromium } from "@playwright/test";
const js = process.argv[2] !== "nojs";
const b = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--headless","--no-sandbox","--disable-gpu","--disable-quic","--no-first-run","--disable-background-networking","--disable-component-update","--disable-sync"] });
const c = await b.newContext({ javaScriptEnabled: js, viewport: { width: 1280, height: 800 } });
const p = await c.newPage();
p.on("console", m => console.log("CONSOLE", m.type(), m.text()));
p.on("pageerror", e => console.log("PAGEERROR", e.message));
const n = js ? "js" : "nojs";
const shot = (name) => p.screenshot({ path: `/tmp/shots/${n}-${name}.png` });
const hyd = async () => { if (js) await p.waitForSelector("body[data-hydrated]", { timeout: 15000 }); };
const u = "http://127.0.0.1:8080";
await p.goto(u + "/"); await hyd(); console.log(p.url()); await shot("0");
if (p.url().includes("/setup")) {
  await p.fill("[name=email]", "bad"); await p.fill("[name=password]", "weak"); await p.click("button.primary"); await p.waitForTimeout(800); await shot("1-setup-wrong");
  await p.fill("[name=email]", "admin@example.com"); await p.fill("[name=password]", "Root!1234"); await p.click("button.primary"); await p.waitForTimeout(1200);
} else {
  await p.fill("[name=email]", "admin@example.com"); await p.fill("[name=password]", "wrong"); await p.click("button.primary"); await p.waitForTimeout(1000); await shot("1-login-wrong");
  await p.fill("[name=email]", "admin@example.com"); await p.fill("[name=password]", "Root!1234"); await p.click("button.primary"); await p.waitForTimeout(1200);
}
console.log(p.url()); await hyd(); await shot("2-after");
await p.goto(u + "/administration/tenants"); await hyd(); await shot("3-tenants");
await p.click("text=Create"); await p.waitForTimeout(500); console.log(p.url()); await shot("4-create");
await p.fill("[name=id]", "Bad Id"); await p.click("button:has-text('Save')"); await p.waitForTimeout(800); await shot("5-create-wrong"); console.log(p.url());
await p.fill("[name=id]", "t-" + n); await p.fill("[name=name]", "Tenant " + n); await p.click("button:has-text('Save')"); await p.waitForTimeout(1000); console.log(p.url()); await shot("6-created");
await p.fill("[name=email]", "nobody@example.com"); await p.click("button:has-text('Assign role')"); await p.waitForTimeout(800); await shot("7-assign-wrong"); 
await p.fill("[name=email]", "admin@example.com"); await p.selectOption("[name=role]", { index: 4 }); await p.click("button:has-text('Assign role')"); await p.waitForTimeout(800); await shot("8-assigned"); 
await p.click("button:has-text('Revoke') >> nth=0"); await p.waitForTimeout(800); await shot("9-revoked"); 
await p.click("button:has-text('Undo')"); await p.waitForTimeout(800); await shot("10-undone"); 
await p.goto(u + "/ui/t-" + n); await hyd(); await shot("11-ui");
await p.goto(u + "/nope"); await hyd(); await shot("12-404");
await p.goto(u + "/administration/tenants/t-" + n + "/delete"); await hyd(); await shot("13-delete");
await p.setViewportSize({ width: 360, height: 700 }); await p.goto(u + "/administration/tenants"); await hyd(); await shot("14-narrow");
await b.close();
