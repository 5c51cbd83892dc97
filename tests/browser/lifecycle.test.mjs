// Leaving, handing over, coming back, and what people ask of their own data; in two languages, two themes, two widths.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
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

test("somebody leaves, is blocked by what they leave, hands over, is gone and comes back", async () => {
  const ma = await box.person("ma.xiao");
  const made = await ma.evaluate(async () => {
    const group = { cid: crypto.randomUUID(), kind: "group", title: "采购群", members: ["han.ruoxi"] };
    const answer = await fetch("/api/v1/conversations", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(group) });
    return answer.status;
  });
  assert.equal(made, 201);
  await ma.context().close();
  const he = await box.person("he.jiahe");
  await he.visit("/admin/people");
  await he.fill("[role=searchbox]", "maxiao");
  const row = he.locator('tr[data-row]:has-text("ma.xiao")');
  await row.click();
  await he.click('.side >> text="临时…"');
  await he.fill(".dialog input[type=date]", "2099-12-31");
  await he.shot("person-temporary");
  await he.click(".dialog-foot .btn-primary");
  await he.locator(".side >> text=到期").waitFor();
  await he.click('.side >> text="离职…"');
  await he.locator(".dialog .input").nth(1).fill("合同到期");
  await he.shot("person-leave");
  await he.click(".dialog-foot .btn-danger-fill");
  await he.locator(".dialog").waitFor({ state: "detached" });

  await he.visit("/admin/leaving");
  const departure = he.locator('tr:has-text("ma.xiao")');
  await departure.locator("text=等待交接").waitFor();
  await departure.locator('text="交接"').click();
  await he.locator(".side >> text=未定").first().waitFor();
  await he.shot("departures");
  await elsewhere("he.jiahe", "/admin/leaving", "departures", "tr:has-text('ma.xiao')");
  // Thing by thing: each goes to Gu.
  while ((await he.locator('.side >> text="未定"').count()) > 0) {
    const thing = he.locator('.handover-thing:has-text("未定")').first();
    await thing.locator('text="指定"').click();
    await he.fill(".dialog .pick-input", "guwenzhou");
    await he.keyboard.press("Enter");
    await he.locator(".dialog .pick").first().waitFor();
    await he.shot("handover-decide");
    await he.click(".dialog-foot .btn-primary");
    await he.locator(".dialog").waitFor({ state: "detached" });
    await he.waitForTimeout(300);
    if ((await he.locator(".side").count()) === 0) break;
  }
  await departure.locator("text=后抹除").waitFor();
  await he.shot("departures-gone");
  await departure.locator('text="恢复"').click();
  await he.click(".dialog-foot .btn-primary, [role=alertdialog] .btn-primary");
  await he.locator("text=没有人在办离职").waitFor();
  await he.shot("departures-none");
  await he.context().close();
});

test("a copy of one's data is made and fetched; a correction is accepted, a deletion refused with a reason", async () => {
  const gu = await box.person("gu.wenzhou");
  await gu.visit("/settings/my-data");
  await gu.click('text="索取副本"');
  const fetched = gu.waitForEvent("download");
  await gu.locator('text="下载副本"').first().click();
  const copy = JSON.parse(readFileSync(await (await fetched).path(), "utf8"));
  assert.equal(copy.about.profile.uid, "gu.wenzhou");
  assert.ok(copy.sign_ins.length > 0 && Array.isArray(copy.messages) && Array.isArray(copy.files));
  const form = gu.locator("form");
  await form.locator("select").nth(1).selectOption("mobile");
  await form.locator("input").nth(0).fill("139 1111 2222");
  await form.locator("input").nth(1).fill("换号了");
  await form.locator("button[type=submit]").click();
  await gu.locator(".settings-list >> text=139 1111 2222").waitFor();
  await form.locator("select").nth(0).selectOption("delete");
  await form.locator("button[type=submit]").click();
  await gu.locator(".settings-list >> text=整个账号").waitFor();
  await gu.shot("my-data");
  await elsewhere("gu.wenzhou", "/settings/my-data", "my-data", ".settings-list li");

  const he = await box.person("he.jiahe");
  await he.visit("/admin/data");
  await he.locator('tr:has-text("整个账号")').waitFor();
  await he.shot("data-requests");
  await elsewhere("he.jiahe", "/admin/data", "data-requests", "tbody tr");
  await he.locator('tr:has-text("139 1111 2222") >> text="同意"').click();
  await he.shot("data-request-accept");
  await he.click(".dialog-foot .btn-primary");
  await he.locator('tr:has-text("139 1111 2222")').waitFor({ state: "detached" });
  await he.locator('tr:has-text("整个账号") >> text="拒绝"').click();
  await he.fill(".dialog input", "劳动合同存续期间依法保存");
  await he.click(".dialog-foot .btn-danger-fill");
  await he.locator("text=没有待答复的请求").waitFor();
  await he.click('text="已结束"');
  await he.locator('tr:has-text("劳动合同")').waitFor();
  await he.shot("data-requests-closed");

  await gu.reload();
  await gu.locator(".settings-list >> text=劳动合同存续期间依法保存").waitFor();
  await gu.shot("my-data-answered");
  await gu.visit("/people/u/gu.wenzhou");
  await gu.locator("text=13911112222").first().waitFor();
  for (const page of [gu, he]) await page.context().close();
});

test("no page broke the content security policy", () => {
  assert.deepEqual(box.violations, []);
});
