// What is known of people: a field is defined, filled in, seen; rows that failed are mended and come again.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { boot } from "./box.mjs";
import { papers } from "./papers.mjs";

let box;
const { file, remove } = papers();
before(async () => {
  box = await boot();
});
after(async () => {
  await box?.close();
  remove();
});

test("a field is defined, a person fills it in, colleagues see it on the card", async () => {
  const he = await box.person("he.jiahe");
  await he.visit("/admin/fields");
  await he.getByRole("button", { name: "新建字段" }).click();
  await he.getByLabel("中文名称").fill("技能");
  await he.getByLabel("英文名称").fill("Skills");
  await he.getByLabel("标识").fill("skills");
  await he.getByLabel("类型").selectOption("choice");
  await he.getByLabel("选项").fill("焊接\n仿真\n采购");
  await he.getByLabel("谁可修改").selectOption("person");
  await he.getByText("可有多个值").click();
  await he.shot("fields-form");
  await he.click(".dialog-foot .btn-primary");
  await he.locator('tr:has-text("skills")').waitFor();
  await he.shot("fields");

  const han = await box.person("han.ruoxi");
  await han.visit("/settings/account");
  await han.getByText("我的资料").waitFor();
  await han.getByText("焊接").click();
  await han.getByText("仿真").click();
  await han.getByText("保存资料").click();
  await han.getByText("资料已保存").waitFor();
  await han.shot("own-fields");

  const gu = await box.person("gu.wenzhou", { locale: "en-GB", theme: "dark" });
  await gu.visit("/people/u/han.ruoxi");
  await gu.locator("dd >> text=/焊接, 仿真/").waitFor();
  await gu.shot("card-with-fields");
  for (const page of [he, han, gu]) await page.context().close();
});

test("rows that failed are downloaded, mended and imported; what was imported stands in the history", async () => {
  const he = await box.person("he.jiahe");
  await he.visit("/admin/import");
  const upload = async (name, text) => {
    const chooser = he.waitForEvent("filechooser");
    await he.click("text=选择文件");
    await (await chooser).setFiles([file(name, text)]);
    await he.locator(".counts").waitFor();
  };
  await upload("new.csv", "姓名,工号,技能,手机\n补甲,HC70001,焊接,13900002221\n补乙,HC70002,唱歌,13900002222\n补丙,HC70003,仿真;采购,139\n");
  await he.locator("text=不在选项之列").waitFor();
  await he.shot("import-failed-rows");
  const download = he.waitForEvent("download");
  await he.locator('a[href*="failed.csv"]').click();
  const failed = readFileSync(await (await download).path(), "utf8");
  assert.match(failed, /补乙,HC70002,唱歌,13900002222,.*not-a-choice/);
  assert.ok(!failed.includes("补甲"));
  await he.click(".side-f .btn-primary");
  await he.click(".dialog-foot .btn-primary");
  await he.locator(".side-f >> text=已写入").waitFor();

  await he.click("text=换一个文件");
  await he.locator('tr:has-text("new.csv")').waitFor();
  await upload("mended.csv", failed.replace("唱歌", "采购").replace(",139,", ",13900002223,"));
  await he.click(".side-f .btn-primary");
  await he.click(".dialog-foot .btn-primary");
  await he.locator(".side-f >> text=已写入").waitFor();
  await he.visit("/admin/import");
  await he.locator('tr:has-text("mended.csv") >> text=已写入').waitFor();
  await he.shot("import-history");
  await he.visit("/admin/people");
  await he.fill("[role=searchbox]", "补丙");
  await he.locator('tr[data-row]:has-text("补丙")').click();
  await he.locator("dd >> text=仿真、采购").waitFor();
  await he.shot("person-with-fields");
  await he.context().close();
});

test("nothing broke the content security policy or threw on any page", () => {
  assert.deepEqual(box.violations, []);
});
