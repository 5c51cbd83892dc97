// Who sees whom, as two administrators set it up and a colleague meets it: a tag, a rule, the reasons.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { boot } from "./box.mjs";

let box;
before(async () => {
  box = await boot();
});
after(() => box?.close());

async function pick(page, label, typed) {
  const input = page.getByRole("combobox", { name: label });
  await input.fill(typed);
  await page.locator("[role=option]:visible").first().waitFor();
  await page.waitForTimeout(300);
  await input.press("Enter");
}

test("a tag by conditions, a rule that hides it, and why somebody sees nobody of it", async () => {
  const he = await box.person("he.jiahe");
  await he.visit("/admin/tags");
  await he.locator("text=还没有标签").waitFor();
  await he.click("text=新建标签");
  await he.getByLabel("名称").fill("工程师");
  await he.getByLabel("成员来源").selectOption("rule");
  await he.getByLabel("值").fill("工程师");
  await he.click("text=看看包含谁");
  await he.locator("text=/现在包含 [0-9]+ 人/").waitFor();
  await he.shot("tags-rule");
  await he.click('.dialog-foot >> text="保存"');
  await he.locator('tr:has-text("工程师")').waitFor();
  await he.click("text=新建标签");
  await he.getByLabel("名称").fill("项目组");
  await he.click('.dialog-foot >> text="保存"');
  await he.locator('tr:has-text("项目组") >> text="成员"').click();
  await pick(he, "人员、标签或部门", "hrx");
  await he.getByLabel("到期日（可不填）").fill("2099-12-31");
  await he.click('[role=dialog] >> text="加入"');
  await he.locator('.sight-members >> text="韩若溪"').waitFor();
  await he.shot("tags-members");
  await he.keyboard.press("Escape");
  await he.shot("tags");

  const song = await box.person("song.yining");
  await song.visit("/security/visibility");
  await song.locator("text=还没有规则").waitFor();
  await song.click("text=新建规则");
  await song.getByLabel("名称").fill("项目组不公开");
  await pick(song, "隐藏谁", "项目组");
  await song.click("text=算一算人数");
  await song.locator("text=/对象 1 人/").waitFor();
  await song.shot("visibility-rule");
  await song.click('.dialog-foot >> text="保存"');
  await song.locator('tr:has-text("项目组不公开")').waitFor();
  await pick(song, "谁在看", "gwz");
  await song.locator("text=/能看到 [0-9]+ 人/").waitFor();
  await pick(song, "看谁", "hrx");
  await song.locator("text=/看不到 韩若溪/").waitFor();
  await song.locator("text=规则：项目组不公开").first().waitFor();
  await song.shot("visibility");
  await song.locator(".con-page").evaluate((page) => page.scrollTo(0, page.scrollHeight));
  await song.shot("visibility-why");

  const gu = await box.person("gu.wenzhou");
  await gu.visit("/people");
  await gu.fill("[role=searchbox]", "hrx");
  await gu.waitForTimeout(1000);
  assert.equal(await gu.locator('tr[data-row]:has-text("韩若溪")').count(), 0, "hidden");

  for (const [name, look] of [
    ["dark", { theme: "dark" }],
    ["phone", { width: 390, height: 844 }],
    ["en", { locale: "en" }],
  ]) {
    const page = await box.person("song.yining", look);
    await page.visit("/security/visibility");
    await page.locator('tr:has-text("项目组不公开")').waitFor();
    await pick(page, name === "en" ? "Who looks" : "谁在看", "gwz");
    await page.waitForTimeout(700);
    await page.shot(`visibility-${name}`);
    await page.locator("tbody .btn").first().click();
    await page.locator("[role=dialog]").waitFor();
    await page.waitForTimeout(500);
    await page.shot(`visibility-rule-${name}`);
    await page.context().close();
    const other = await box.person("he.jiahe", look);
    await other.visit("/admin/tags");
    await other.locator('tr:has-text("项目组")').waitFor();
    await other.shot(`tags-${name}`);
    await other.context().close();
  }
  assert.deepEqual(box.violations, []);
  for (const page of [he, song, gu]) await page.context().close();
});
