// The six points of "The box runs", as people do them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { after, before, test } from "node:test";
import { boot } from "./box.mjs";
import { papers } from "./papers.mjs";

let box;
const { folder, file, remove } = papers();
before(async () => {
  box = await boot();
});
after(async () => {
  await box?.close();
  remove();
});
const one = async (locator, message) => assert.equal(await locator.count(), 1, message);

test("1 and 2: a colleague is found in the organisation, written to, and answers; a cut wire loses and doubles nothing", async () => {
  const wire = await box.wire();
  const gu = await box.person("gu.wenzhou", { wire });
  const han = await box.person("han.ruoxi");
  await gu.visit("/people");
  await gu.locator("[role=treeitem]").first().waitFor();
  await gu.shot("contacts");
  await gu.fill("[role=searchbox]", "hrx");
  await gu.locator('tr[data-row]:has-text("韩若溪")').click();
  await gu.getByText("发消息").first().waitFor();
  await gu.shot("contacts-card");
  await gu.getByText("发消息").first().click();
  await gu.waitForURL(/\/im\/c\//);
  const text = `你好，若溪 ${Date.now()}`;
  await gu.fill(".compose-text", text);
  await gu.keyboard.press("Enter");
  await han.locator(`.list-rows >> text=${text}`).waitFor();
  await han.locator(".rail .badge").first().waitFor();
  await han.shot("chat-unread");
  const room = gu.url().split("/c/")[1];
  await han.click(`.list-rows a[href$="/c/${room}"]`);
  await gu.locator('.receipt:has-text("已读")').last().waitFor();
  await han.locator(`.list-rows a[href$="/c/${room}"] .badge`).waitFor({ state: "detached" });
  await han.locator(".compose-text").pressSequentially("我在");
  await gu.locator('.typing:has-text("正在输入")').waitFor();
  await gu.shot("chat-typing");
  await han.keyboard.press("Enter");
  await gu.locator('.bubble:has-text("我在")').waitFor();

  wire.cut();
  await gu.fill(".compose-text", "断网时写的");
  await gu.keyboard.press("Enter");
  await gu.locator('.bubble:has-text("断网时写的")').waitFor();
  await han.fill(".compose-text", "你断着的时候");
  await han.keyboard.press("Enter");
  await gu.waitForTimeout(4000);
  await gu.shot("chat-offline");
  wire.mend();
  await han.locator('.bubble:has-text("断网时写的")').waitFor({ timeout: 60_000 });
  await gu.locator('.bubble:has-text("你断着的时候")').waitFor({ timeout: 60_000 });
  wire.cut();
  await gu.fill(".compose-text", "重载之前");
  await gu.keyboard.press("Enter");
  await gu.locator('.bubble:has-text("重载之前")').waitFor();
  wire.mend();
  await gu.reload();
  await han.locator('.bubble:has-text("重载之前")').waitFor({ timeout: 60_000 });
  await gu.locator('.bubble:has-text("重载之前")').waitFor();
  for (const said of ["断网时写的", "重载之前", "你断着的时候"]) {
    await one(gu.locator(`.bubble:has-text("${said}")`), `gu: ${said}`);
    await one(han.locator(`.bubble:has-text("${said}")`), `han: ${said}`);
  }
  await gu.context().close();
  await han.context().close();
  wire.close();
});

test("2: a group of several, on a phone and in English, with an attachment, readers and a recall", async () => {
  const gu = await box.person("gu.wenzhou");
  const tang = await box.person("tang.kexin", { width: 390, height: 844 });
  const daniel = await box.person("daniel.weiss", { locale: "en-GB", theme: "dark" });
  await gu.click('[aria-label="新建会话"]');
  for (const query of ["tkx", "daniel", "mx"]) {
    await gu.fill(".dialog .pick-input", query);
    await gu.waitForTimeout(900);
    await gu.keyboard.press("Enter");
  }
  const title = `验收小组${Date.now() % 1000}`;
  await gu.fill(".dialog .input", title);
  await gu.click(".dialog-foot .btn-primary");
  await gu.locator(`h1:has-text("${title}")`).waitFor();
  await tang.locator(`.list-rows >> text=${title}`).waitFor();
  await tang.shot("phone-list");
  await gu.fill(".compose-text", "看一下 https://oa.example/x 谢谢");
  await gu.keyboard.press("Enter");
  const chooser = gu.waitForEvent("filechooser");
  await gu.click('[aria-label="添加附件"]');
  await (await chooser).setFiles([file("附件.txt", "attachment")]);
  await gu.locator('.fcard:has-text("附件.txt")').waitFor();
  await tang.tap(`.list-rows >> text=${title}`);
  await tang.locator(".fcard").waitFor();
  await tang.shot("phone-chat");
  const download = tang.waitForEvent("download");
  await tang.tap(".fcard");
  assert.equal(readFileSync(await (await download).path(), "utf8"), "attachment");
  await daniel.click(`.list-rows >> text=${title}`);
  await daniel.locator('.bubble:has-text("看一下")').waitFor();
  await daniel.shot("chat-dark");
  await gu.locator("button.receipt").last().click();
  await gu.shot("chat-readers");
  await gu.keyboard.press("Escape");
  const mine = gu.locator(".msg-row").filter({ hasText: "看一下" });
  await mine.hover();
  await mine.locator('[aria-label="撤回"]').click();
  await gu.click(".dialog-foot .btn-danger-fill");
  await gu.locator("text=你撤回了一条消息").first().waitFor();
  await daniel.locator('.bubble:has-text("看一下")').waitFor({ state: "detached" });
  for (const page of [gu, tang, daniel]) await page.context().close();
});

test("3: files and a folder: progress, a cut, versions, rename, move, trash", async () => {
  const wire = await box.wire();
  const gu = await box.person("gu.wenzhou", { wire });
  await gu.visit("/drive");
  await gu.click(".pane-list .btn-primary");
  await gu.click("text=新建文件夹");
  await gu.waitForTimeout(900);
  const name = `测试${Date.now() % 100000}`;
  await gu.keyboard.type(name);
  await gu.keyboard.press("Enter");
  await gu.click(`.file-name:has-text("${name}")`);
  const choose = async (click, files) => {
    const chooser = gu.waitForEvent("filechooser");
    await click();
    await (await chooser).setFiles(files);
  };
  const upload = () => gu.click(".pane-main .pane-head .btn");
  const big = Buffer.alloc(48 << 20, 7);
  await choose(upload, [file("a.txt", "hello drive"), file("empty.txt", ""), file("big.bin", big)]);
  await gu.waitForTimeout(400);
  await gu.shot("drive-uploading");
  wire.cut();
  await gu.waitForTimeout(1500);
  wire.mend();
  await gu.waitForFunction(() => document.querySelectorAll(".up-state.ok").length === 3, null, { timeout: 90_000 });
  await gu.click('.tray [aria-label="清除列表"]').catch(() => {});
  file("tree/一.txt", "1");
  file("tree/子文件夹/二.txt", "2");
  await gu.click(".pane-list .btn-primary");
  await choose(() => gu.click("text=上传文件夹"), path.join(folder, "tree"));
  await gu.locator('.file-name:has-text("tree")').waitFor();
  await choose(upload, [file("a.txt", "second version")]);
  await gu.click("text=存为新版本");
  await gu.locator('.tray :text("a.txt") >> xpath=ancestor::*[.//*[contains(@class,"up-state")]][1] >> .up-state.ok').waitFor();
  await gu.dblclick('.file-row:has(.file-name:has-text("a.txt"))');
  await gu.locator(".ver").nth(1).waitFor();
  await gu.shot("drive-versions");
  await gu.click(".ver >> text=还原");
  await gu.locator(".ver").nth(2).waitFor();
  const row = (text) => gu.locator(`.file-row:has(.file-name:has-text("${text}"))`);
  await row("a.txt").click({ position: { x: 500, y: 10 } });
  await gu.keyboard.press("F2");
  await gu.waitForTimeout(200);
  await gu.keyboard.type("改名了");
  await gu.keyboard.press("Enter");
  await gu.locator('.file-name:has-text("改名了.txt")').waitFor();
  const download = gu.waitForEvent("download");
  await row("改名了").click({ position: { x: 500, y: 10 } });
  await gu.click(".selbar >> text=下载");
  assert.equal(readFileSync(await (await download).path(), "utf8"), "hello drive");
  await gu.keyboard.press("Delete");
  await gu.locator('.file-name:has-text("改名了.txt")').waitFor({ state: "detached" });
  await gu.click(".drive-tree >> text=回收站");
  await gu.locator('tr:has-text("改名了") >> text=还原').click();
  await gu.goBack();
  await gu.locator('.file-name:has-text("改名了.txt")').waitFor();
  await gu.context().close();
  wire.close();
});

test("4: one search box finds the colleague, the message and the file, and nothing that one may not see", async () => {
  const gu = await box.person("gu.wenzhou");
  const ma = await box.person("ma.xiao");
  await gu.visit("/drive");
  const chooser = gu.waitForEvent("filechooser");
  await gu.locator("[role=treeitem]").first().click();
  await gu.click(".pane-main .pane-head .btn");
  await (await chooser).setFiles([file("spec.md", "# 标定\n高温段要求玻璃化转变温度不低于 180 度\n")]);
  await gu.locator('.file-name:has-text("spec.md")').waitFor();
  await gu.waitForTimeout(2500);
  await gu.keyboard.press("Control+k");
  await gu.locator("[role=dialog] input").fill("hanruo");
  await gu.locator('[role=dialog] >> text=韩若溪').first().waitFor();
  await gu.shot("search-palette");
  await gu.keyboard.press("Escape");
  await gu.visit(`/search?q=${encodeURIComponent("玻璃化转变温度")}`);
  await gu.locator("text=spec.md").first().waitFor();
  await gu.locator("mark").first().waitFor();
  await gu.shot("search-results");
  await ma.visit(`/search?q=${encodeURIComponent("玻璃化转变温度")}`);
  await ma.waitForTimeout(2000);
  assert.equal(await ma.locator("text=spec.md").count(), 0);
  await gu.context().close();
  await ma.context().close();
});

test("5: people are imported after a dry run, a person is frozen and out at once, a role is granted", async () => {
  const ma = await box.person("ma.xiao");
  const he = await box.person("he.jiahe");
  await he.visit("/admin/import");
  const sheet =
    "\ufeff姓名,工号,部门,手机,上级,岗位\n导入甲,HC90001,研发中心/嵌入式软件部,13900001111,顾文舟,工程师\n" +
    "导入乙,HC90002,新部门/新组,1390000,顾文舟,工程师\n,HC90004,质量中心,13900001112,,\n";
  const chooser = he.waitForEvent("filechooser");
  await he.click("text=选择文件");
  await (await chooser).setFiles([file("people.csv", sheet)]);
  await he.locator("text=导入甲").first().waitFor();
  await he.shot("import-dry-run");
  await he.visit("/admin");
  await he.fill("[role=searchbox]", "ma.xiao");
  await he.waitForTimeout(900);
  await he.click("tr[data-row]");
  await he.click("text=冻结账号");
  await he.fill(".dialog input", "测试冻结");
  const begun = Date.now();
  await he.click(".dialog-foot .btn-danger-fill");
  await ma.waitForURL(/login/);
  assert.ok(Date.now() - begun < 5000);
  await he.click("text=解冻账号");
  const song = await box.person("song.yining");
  await song.visit("/security/keys");
  await song.locator("text=SoftHSM").first().waitFor();
  // A box that was set up has its kit; a throwaway one has none, and a console within reach.
  if (box.data) {
    await song.locator("text=没有恢复套件").waitFor();
    box.holdfast("recovery", "make");
  }
  await song.locator("text=5 份中任 3 份").waitFor();
  await song.locator("text=从未演练").waitFor();
  await song.click("text=立即轮换…");
  await song.click('.dialog-foot >> text="立即轮换"');
  await song.locator("text=/已进入纪元 [2-9]/").waitFor();
  await song.locator(".hero >> text=/纪元 [2-9]/").waitFor();
  await song.shot("security-keys");
  await song.visit("/security/roles");
  await song.fill(".pick-input", "tkx");
  await song.waitForTimeout(900);
  await song.keyboard.press("Enter");
  await song.locator(".grant .input").last().fill("轮岗");
  await song.click(".grant .btn-primary");
  await song.locator('tr:has-text("唐可心")').waitFor();
  await song.shot("security-roles");
  for (const page of [ma, he, song]) await page.context().close();
});

test("6: the auditor sees who did what, opens one event, verifies, exports", async () => {
  const cheng = await box.person("cheng.yuan");
  await cheng.visit("/audit");
  await cheng.locator("tr[data-row]").nth(3).click();
  await cheng.waitForTimeout(800);
  await cheng.shot("audit-timeline");
  await cheng.visit("/audit/verify");
  await cheng.click("text=开始校验");
  await cheng.locator('.verdict:has-text("完好")').waitFor();
  await cheng.shot("audit-verify");
  const saved = async (click) => {
    const download = cheng.waitForEvent("download");
    await click();
    return (await download).path();
  };
  assert.ok(readFileSync(await saved(() => cheng.click("text=导出…"))).length > 1000);

  // What is taken away in other forms is verified on another machine.
  await cheng.visit("/audit/export");
  await cheng.click("text=逐行带证明");
  const lines = await saved(() => cheng.click("text=导出…"));
  assert.match(box.holdfastAudit("verify-proof", lines, "--key", box.vkey), /^clean: \d+ entries/);
  await cheng.click("text=表格（.csv）");
  assert.match(readFileSync(await saved(() => cheng.click("text=导出…")), "utf8"), /^index,at,/);
  await cheng.shot("audit-export");
  await cheng.visit("/audit");
  await cheng.locator("tr[data-row]").nth(2).click();
  const proof = await saved(() => cheng.click("text=下载证明"));
  assert.match(box.holdfastAudit("verify-proof", proof, "--key", box.vkey), /^clean: entry \d+/);
  await cheng.context().close();
});

test("6: the auditor keeps a filter, asks a witness and takes its cosignature back, and makes an evidence report", async () => {
  const cheng = await box.person("cheng.yuan");
  const saved = async (click) => {
    const download = cheng.waitForEvent("download");
    await click();
    return (await download).path();
  };
  await cheng.visit("/audit");
  await cheng.getByLabel("结果", { exact: true }).selectOption("refused");
  await cheng.fill('[aria-label="来源地址"]', "127.0.0.1");
  await cheng.keyboard.press("Enter");
  await cheng.waitForURL(/address=127/);
  await cheng.click("text=存为…");
  await cheng.fill(".dialog input", "本机被拒绝");
  await cheng.click(".dialog-foot .btn-primary");
  await cheng.visit("/audit");
  await cheng.click('.filters-saved button:has-text("本机被拒绝")');
  await cheng.waitForURL(/outcome=refused.*address=127|address=127.*outcome=refused/);
  await cheng.locator(".filters-saved .chip.is-on").waitFor();
  await cheng.shot("audit-filter-saved");
  await cheng.click('[aria-label="删除 本机被拒绝"]');
  await cheng.locator(".filters-saved .chip").waitFor({ state: "detached" });

  const at = (name) => path.join(folder, name);
  const vkey = box.holdfastAudit("witness", "key", at("witness.key"), "--name", "witness.example/browser").trim();
  box.holdfastAudit("witness", "init", "--state", at("witness"), "--key", box.vkey);
  await cheng.visit("/audit/witnesses");
  await cheng.click("text=登记见证人");
  await cheng.fill(".dialog input", vkey);
  await cheng.click(".dialog-foot .btn-primary");
  await cheng.locator('.card:has-text("witness.example/browser") >> text=还没有联署').waitFor();
  await cheng.click("text=下载请求");
  const request = await saved(() => cheng.click(".dialog-foot .btn-primary"));
  box.holdfastAudit("witness", "once", "--state", at("witness"), "--key", box.vkey, "--sign-with", at("witness.key"), "--to", at("cosigned"), request);
  await cheng.click("text=交回联署");
  const chooser = cheng.waitForEvent("filechooser");
  await cheng.click("text=选择文件");
  await (await chooser).setFiles([at("cosigned")]);
  await cheng.waitForFunction(() => document.querySelector(".dialog textarea").value.includes("witness.example/browser"));
  await cheng.click(".dialog-foot .btn-primary");
  await cheng.locator('.card:has-text("witness.example/browser") >> text=日志延续它').waitFor();
  await cheng.shot("audit-witness");

  await cheng.visit("/audit/evidence");
  await cheng.locator("text=witness.example/browser").waitFor();
  await cheng.locator("text=SoftHSM").first().waitFor();
  await cheng.shot("audit-evidence");
  const report = JSON.parse(readFileSync(await saved(() => cheng.click('.con-bar .btn:has-text("JSON")')), "utf8"));
  assert.equal(report.egress.started, 0);
  assert.equal(report.hsm.audit_key.vkey, box.vkey);
  const paper = readFileSync(await saved(() => cheng.click('.con-bar .btn:has-text("HTML")')), "utf8");
  assert.ok(paper.includes("证据报告") && paper.includes(report.hsm.token.serial) && !paper.includes("<script"));
  await cheng.click("text=打印");
  await cheng.waitForFunction(() => document.querySelector("iframe[data-print]")?.contentDocument?.title === "证据报告");
  await cheng.context().close();
});

test("7: what is held is not shredded, what is shredded has a certificate, two auditors open what is sealed", async () => {
  const gu = await box.person("gu.wenzhou");
  const room = await gu.evaluate(async () => (await (await fetch("/api/v1/conversations")).json()).items.find((one) => one.kind === "group").id);
  const [cheng, song] = [await box.person("cheng.yuan"), await box.person("song.yining")];
  await cheng.visit("/audit/holds");
  await cheng.locator(".grant input").first().fill(room);
  await cheng.locator(".grant input").last().fill("诉讼保全 2026-8");
  await cheng.click(".grant .btn-primary");
  await cheng.locator(`tr:has-text("会话 ${room}")`).waitFor();
  await cheng.shot("audit-holds");

  const shred = async () => {
    await song.locator(".grant input").first().fill(room);
    await song.locator(".grant input").last().fill("法务 2026-17");
    await song.click(".grant .btn-danger-fill");
    await song.locator(".dialog").waitFor();
    await song.shot("security-shred-confirm");
    await song.click(".dialog-foot .btn-danger-fill");
  };
  await song.visit("/security/shreds");
  await shred();
  await song.locator("text=这个对象在法律保全中").waitFor();
  await cheng.click(`button:has-text("解除…")`);
  await cheng.fill(".dialog input", "结案");
  await cheng.click(".dialog-foot .btn-danger-fill");
  await cheng.locator("text=已解除").first().waitFor();
  await shred();
  await song.locator('tr:has-text("已销毁")').waitFor();
  await song.shot("security-shreds");
  const download = song.waitForEvent("download");
  await song.click(`a:has-text("证书")`);
  assert.match(readFileSync(await (await download).path(), "utf8"), new RegExp(`subject conversation ${room}\n`));
  await gu.visit(`/im/c/${room}`);
  await gu.locator("text=消息已粉碎").first().waitFor();
  await gu.shot("chat-shredded");

  await cheng.visit("/audit/openings");
  await cheng.locator(".grant input").first().fill(`${room}-1`);
  await cheng.locator(".grant input").last().fill("举报 2026-3");
  await cheng.click(".grant .btn-primary");
  await cheng.locator('tr:has-text("等待同意")').waitFor();
  assert.equal(await cheng.locator(`button:has-text("同意…")`).count(), 0, "nobody agrees with oneself");
  await cheng.shot("audit-openings");
  for (const page of [gu, cheng, song]) await page.context().close();
});

test("every screen in both languages, both themes and both widths is free of accessibility violations", async () => {
  const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  const routes = {
    "gu.wenzhou": ["/im", "/people", "/drive", "/search?q=a", "/settings/account", "/settings/sign-in", "/settings/app-passwords", "/settings/sessions", "/settings/appearance", "/enrol"],
    "he.jiahe": ["/admin/people", "/admin/fields", "/admin/import"],
    "song.yining": ["/security/keys", "/security/roles", "/security/sign-in", "/security/shreds"],
    "cheng.yuan": ["/audit/timeline", "/audit/verify", "/audit/holds", "/audit/openings", "/audit/export", "/audit/witnesses", "/audit/evidence", "/api/v1/audit/evidence.html?language=en"],
  };
  const found = [];
  for (const [theme, locale, width] of [
    ["light", "zh-CN", 1440],
    ["dark", "en-GB", 1440],
    ["light", "en-GB", 390],
  ]) {
    for (const [uid, paths] of Object.entries(routes)) {
      const page = await box.person(uid, { theme, locale, width, height: width < 640 ? 844 : 900 });
      for (const to of paths) {
        await page.visit(to);
        await page.waitForTimeout(900);
        await page.shot(`${to.replace(/[/?=]+/g, "-").slice(1)}-${locale}-${theme}-${width}`);
        const devtools = await page.context().newCDPSession(page);
        await devtools.send("Runtime.evaluate", { expression: axe });
        const run = `axe.run(document, {runOnly: ["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa"]})
          .then((r) => JSON.stringify(r.violations.map((v) => [v.id, v.impact, v.nodes[0].html.slice(0, 160)])))`;
        const answer = await devtools.send("Runtime.evaluate", { expression: run, awaitPromise: true, returnByValue: true });
        const bad = JSON.parse(answer.result.value ?? '[["axe did not run"]]');
        if (bad.length) found.push({ to, theme, locale, width, bad });
      }
      await page.context().close();
    }
  }
  assert.deepEqual(found, []);
});

test("nothing broke the content security policy or threw on any page", () => {
  assert.deepEqual(box.violations, []);
});
