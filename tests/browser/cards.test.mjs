// A department as its company has it, and faces: heads, order, titles, pictures; as an administrator sets them and people see them.
import assert from "node:assert/strict";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { boot } from "./box.mjs";

const portrait = path.join(path.dirname(fileURLToPath(import.meta.url)), "../tests/whole/portrait.png");
let box;
before(async () => {
  box = await boot();
});
after(() => box?.close());

/** Opens the order of a department, down its path. */
async function arrange(page, steps) {
  await page.visit("/admin/departments");
  for (const step of steps) {
    const row = page.locator(`[role=treeitem]:has-text("${step.name}")`).first();
    await row.waitFor();
    if (step === steps.at(-1)) await row.click();
    else if ((await row.getAttribute("aria-expanded")) === "false") await row.press("ArrowRight");
  }
  await page.click("text=成员排序与主管");
}

const names = (page, rows) => page.locator(rows).allTextContents();

test("an administrator makes a head and puts somebody first, by buttons and by keys; a colleague sees it so", async () => {
  const gu = await box.person("gu.wenzhou");
  const card = await (await gu.request.get(`${gu.base}/api/v1/people/gu.wenzhou`)).json();
  const home = card.departments[0];
  const he = await box.person("he.jiahe");
  await arrange(he, card.department_paths[0]);
  const rows = '[role=dialog] .arrange-row';
  await he.locator(rows).first().waitFor();
  const before = await names(he, rows);
  assert.ok(before.length > 2, "a department with people");
  const last = he.locator(rows).last();
  const uid = await last.getAttribute("data-uid");
  const answered = () => he.waitForResponse((one) => one.url().includes(`/people/${uid}`) && one.request().method() === "PATCH");
  await Promise.all([answered(), last.locator(".arrange-name").press("Alt+ArrowUp")]);
  await he.locator(`${rows}[data-uid="${uid}"]:nth-child(${before.length - 1})`).waitFor();
  await he.locator(`${rows}[data-uid="${uid}"] >> role=button[name="主管"]`).click();
  await he.locator(`${rows}[data-uid="${uid}"]:nth-child(1)`).waitFor();
  await he.shot("arrange");

  await gu.visit(`/people/d/${home.id}`);
  const first = gu.locator("table.people tbody tr").first();
  await first.locator("text=主管").waitFor();
  await first.click();
  await gu.locator(".pcard-head").waitFor();
  await gu.shot("contacts-heads");
  assert.deepEqual(box.violations, []);
});

test("somebody crops a picture, and everybody sees it until it is removed", async () => {
  const gu = await box.person("gu.wenzhou");
  await gu.visit("/settings");
  await gu.locator("text=设置头像").waitFor();
  await gu.setInputFiles("input[type=file]", portrait);
  await gu.locator("canvas.crop").press("ArrowLeft");
  await gu.shot("picture-crop");
  await gu.click('.dialog-foot >> text="使用"');
  await gu.locator("text=更换头像").waitFor();
  const han = await box.person("han.ruoxi");
  await han.visit("/people/u/gu.wenzhou");
  const shown = han.locator(".pcard-head img.avatar-img");
  await shown.waitFor();
  await han.waitForFunction(() => document.querySelector(".pcard-head img.avatar-img")?.naturalWidth === 256);
  await han.shot("card-picture");
  const phone = await box.person("gu.wenzhou", { width: 390, height: 844 });
  await phone.visit("/settings/account");
  await phone.locator("text=更换头像").waitFor();
  await phone.shot("picture-phone");
  await gu.click("text=移除头像");
  await gu.locator("text=设置头像").waitFor();
  assert.deepEqual(box.violations, []);
});
