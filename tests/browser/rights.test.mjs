// A part of the directory in somebody else's hands, and the list of who holds what; in two languages, two themes, two widths.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { boot } from "./box.mjs";

let box;
before(async () => {
  box = await boot();
});
after(async () => {
  await box?.close();
});

/** The same page as others see it: English in the dark, and on a telephone. */
async function elsewhere(uid, to, name, ready) {
  for (const [kind, look] of [
    ["en-dark", { locale: "en", theme: "dark" }],
    ["phone", { width: 390, height: 844 }],
  ]) {
    const page = await box.person(uid, look);
    await page.visit(to);
    await page.locator(ready).first().waitFor();
    await page.waitForTimeout(400);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(wide <= 0, `${name} ${kind} is ${wide} px too wide`);
    await page.shot(`${name}-${kind}`);
    await page.context().close();
  }
}

const holder = (role) => box.people.find((one) => one.roles.includes(role)).uid;

test("the system administrator delegates a department, and the delegate keeps it", async () => {
  const system = await box.person(holder("system"));
  await system.visit("/admin/delegations");
  await system.locator(".empty").waitFor();
  await system.click(".con-bar >> text=新的分级管理");
  const dialog = system.locator(".dialog");
  await dialog.locator("input").first().fill("ma.xiao");
  await system.locator('[role=option]:has-text("ma.xiao"), [role=option]').first().click();
  const rows = dialog.locator("[role=treeitem]");
  await rows.nth(1).waitFor();
  await rows.nth(1).click();
  await dialog.locator("label:has-text('重置登录') input").check();
  await dialog.locator("input[type=date]").fill("2099-12-31");
  await dialog.locator("label:has-text('理由') input, .field:has-text('理由') input").last().fill("分公司自行管理");
  await system.shot("delegation-new");
  await dialog.locator(".dialog-foot .btn-primary").click();
  await system.locator("td >> text=管理人员").waitFor();
  await system.shot("delegations");
  await elsewhere(holder("system"), "/admin/delegations", "delegations", "td");

  const ma = await box.person("ma.xiao");
  await ma.click(".rail >> text=管理");
  await ma.locator("tr[data-row]").first().waitFor();
  assert.equal(await ma.locator(".con-links a").count(), 2);
  assert.equal(await ma.locator('.con-bar >> text=".csv"').count(), 0);
  await ma.locator("tr[data-row]").first().click();
  await ma.locator(".side").waitFor();
  await ma.shot("delegate-people");
  await ma.visit("/admin/departments");
  await ma.locator("[role=treeitem]").first().waitFor();
  assert.equal(await ma.locator(".con-bar .btn-primary").count(), 0, "departments were not given");
  await ma.shot("delegate-departments");
  await ma.visit("/admin/import");
  assert.equal(await ma.locator("input[type=file]").count(), 0);
  await elsewhere("ma.xiao", "/admin/people", "delegate-people", "tr[data-row]");
});

test("who holds what is looked through, and the auditor sees that it was", async () => {
  const security = await box.person(holder("security"));
  await security.visit("/security/review");
  await security.locator("td").first().waitFor();
  await security.shot("review");
  await security.click(".con-bar .btn-primary");
  await security.locator(".dialog input").fill("季度审查，无异常");
  await security.shot("review-mark");
  await security.click(".dialog-foot .btn-primary");
  await security.locator(".con-bar >> text=上次审查").waitFor();
  await security.selectOption(".chip-select select", "role");
  await security.locator("td >> text=安全管理员").first().waitFor();
  await elsewhere(holder("audit"), "/audit/review", "review", "td");
});

test("who may do what is explained by what decides", async () => {
  const security = await box.person(holder("security"));
  await security.visit("/security/explain");
  const pick = async (field, name) => {
    await security.locator(`.field:has(> .label:text-is("${field}")) input`).fill(name);
    await security.locator("[role=option]").first().click();
  };
  const answer = (words) => security.locator(`.card[role=status]:has-text("${words}")`).waitFor();
  await security.selectOption("select", "edit-person");
  await pick("人员", holder("system"));
  await pick("对象", "ma.xiao");
  await security.click("form .btn-primary");
  await answer("系统管理员");
  await security.shot("explain");
  await security.selectOption("select", "read-the-audit-log");
  await security.click("form .btn-primary");
  await answer("审计管理员");
});
