// What people do besides the straight way: sheets of Excel, first passwords, an input method, dropped folders, pulled
// cables, a language of their own; at the end the box is sealed and opened under everybody's eyes.
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { boot } from "./box.mjs";
import { papers } from "./papers.mjs";
import { workbook } from "./sheet.mjs";

let box;
const { folder, file, remove } = papers();
before(async () => {
  box = await boot();
});
after(async () => {
  await box?.close();
  remove();
});
const pick = async (page, query) => {
  await page.fill(".dialog .pick-input", query);
  // At once: Enter waits for what was typed.
  await page.keyboard.press("Enter");
  await page.locator(".dialog .pick").first().waitFor();
};
/** A direct conversation with a colleague, found by initials. */
const writeTo = async (page, initials) => {
  await page.click('[aria-label="新建会话"]');
  await pick(page, initials);
  await page.click(".dialog-foot .btn-primary");
  await page.waitForURL(/\/im\/c\//);
};

test("people come from an .xlsx: dry run, report, write; and a new one chooses a password before anything else", async () => {
  const he = await box.person("he.jiahe");
  const sheet = workbook([
    ["Name", "姓名拼音", "工号", "部门", "手机", "入职日期", "岗位"],
    ["表格甲", "", "HX90001", "研发中心/嵌入式软件部", 13900002221, 45992, "工程师"],
    ["表格乙", "", "HX90002", "研发中心/嵌入式软件部;质量中心", "139 0000 2222", 45993, "工程师"],
    ["", "", "HX90003", "质量中心", 13900002223, 45994, ""],
  ]);
  await he.visit("/admin/import");
  const chooser = he.waitForEvent("filechooser");
  await he.click("text=选择文件");
  await (await chooser).setFiles([file("people.xlsx", sheet)]);
  await he.locator("text=表格乙").first().waitFor();
  assert.equal(await he.locator(".counts li").first().locator("b").textContent(), "2");
  assert.equal(await he.locator(".counts li.on b").textContent(), "1");
  await he.shot("import-xlsx");
  const report = he.waitForEvent("download");
  await he.click("text=下载报告");
  assert.match((await report).suggestedFilename(), /\.xlsx$/);
  await he.click("text=写入其余");
  await he.click(".side-f .btn-primary");
  await he.click(".dialog-foot .btn-primary");
  await he.locator(".side-f >> text=已写入").waitFor();

  await he.visit("/admin/people");
  await he.fill("[role=searchbox]", "表格甲");
  await he.locator('tr[data-row]:has-text("表格甲")').click();
  const account = (await he.locator('tr[data-row]:has-text("表格甲") td').nth(1).textContent()).trim();
  await he.click("text=重置密码");
  await he.fill(".dialog input", "first-given-by-admin-7");
  await he.click(".dialog-foot .btn-primary");
  await he.locator(".dialog").waitFor({ state: "detached" });

  const fresh = await box.person(null);
  await fresh.signIn(account, "first-given-by-admin-7");
  await fresh.locator("h1:has-text('请先设置新密码')").waitFor();
  await fresh.visit("/drive");
  await fresh.locator("h1:has-text('请先设置新密码')").waitFor();
  const passwords = fresh.locator("input[type=password]");
  await passwords.nth(0).fill("first-given-by-admin-7");
  for (const at of [1, 2]) await passwords.nth(at).fill("short");
  await fresh.keyboard.press("Enter");
  await fresh.locator("text=太短了").waitFor();
  await fresh.shot("must-change");
  for (const at of [1, 2]) await passwords.nth(at).fill("My own words, four of them");
  await fresh.keyboard.press("Enter");
  await fresh.locator("[role=treeitem]").first().waitFor();
  for (const page of [he, fresh]) await page.context().close();
});

test("a one-time code: issued once, typed in any case, shows whose it is, becomes a password and a session", async () => {
  const he = await box.person("he.jiahe");
  await he.visit("/admin/people");
  await he.fill("[role=searchbox]", "表格乙");
  const row = he.locator('tr[data-row]:has-text("表格乙")');
  await he.locator("tr[data-row]").nth(1).waitFor({ state: "detached" });
  await row.click();
  const account = (await row.locator("td").nth(1).textContent()).trim();
  await he.click("text=发启用码");
  await he.click(".dialog-foot .btn-primary");
  const code = await he.locator(".dialog .made .mono").nth(1).textContent();
  assert.match(code, /^(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}$/);
  await he.shot("enrol-issued");

  const fresh = await box.person(null, { locale: "en-GB" });
  await fresh.click("text=Have a code?");
  await fresh.fill("input[autocomplete=one-time-code]", "7K3M");
  await fresh.keyboard.press("Enter");
  await fresh.locator(".fault").waitFor();
  await fresh.fill("input[autocomplete=one-time-code]", "0000-0000-0000-0000");
  await fresh.keyboard.press("Enter");
  await fresh.locator("text=This code is not right").waitFor();
  await fresh.fill("input[autocomplete=one-time-code]", code.toLowerCase().replaceAll("-", " "));
  await fresh.shot("enrol-code");
  await fresh.keyboard.press("Enter");
  await fresh.locator(`.enrol-who:has-text("表格乙"):has-text("${account}")`).waitFor();
  assert.ok(!fresh.url().includes(code.slice(0, 4)), "the code stands in no address");
  const passwords = fresh.locator("input[type=password]");
  for (const at of [0, 1]) await passwords.nth(at).fill("short");
  await fresh.keyboard.press("Enter");
  await fresh.locator("text=Too short").waitFor();
  for (const at of [0, 1]) await passwords.nth(at).fill("Four words chosen by me");
  await fresh.shot("enrol-password");
  await fresh.keyboard.press("Enter");
  await fresh.waitForURL(/\/im/);
  await fresh.locator('.rail-label:text-is("Chat")').waitFor();

  const second = await box.person(null, { width: 390, height: 844, theme: "dark" });
  await second.visit("/enrol");
  await second.fill("input[autocomplete=one-time-code]", code);
  await second.keyboard.press("Enter");
  await second.locator("text=这个启用码不对").waitFor();
  await second.shot("enrol-used");
  for (const page of [he, fresh, second]) await page.context().close();
});

test("Enter belongs to the input method while it composes", async () => {
  const gu = await box.person("gu.wenzhou");
  await writeTo(gu, "hrx");
  const input = await gu.context().newCDPSession(gu);
  await gu.click(".compose-text");
  await input.send("Input.imeSetComposition", { text: "ni hao", selectionStart: 6, selectionEnd: 6 });
  // What a browser reports for a key that the input method takes.
  const enter = { key: "Process", code: "Enter", windowsVirtualKeyCode: 229 };
  await input.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...enter });
  await input.send("Input.dispatchKeyEvent", { type: "keyUp", ...enter });
  await input.send("Input.insertText", { text: "你好，若溪" });
  await gu.waitForTimeout(400);
  assert.equal(await gu.inputValue(".compose-text"), "你好，若溪");
  assert.equal(await gu.locator('.bubble:has-text("你好，若溪")').count(), 0);
  await gu.keyboard.press("Shift+Enter");
  await gu.keyboard.type("second line");
  await gu.keyboard.press("Enter");
  await gu.locator('.bubble:has-text("second line")').waitFor();
  assert.equal(await gu.inputValue(".compose-text"), "");
  await gu.context().close();
});

test("files and a folder are dropped on the drive; one is cancelled, one goes on after a reload", async () => {
  const wire = await box.wire();
  const gu = await box.person("gu.wenzhou", { wire });
  await gu.visit("/drive");
  await gu.locator("[role=treeitem]").first().click();
  await gu.locator(".pane-main .pane-head").waitFor();
  const cdp = await gu.context().newCDPSession(gu);
  const { x, y, width, height } = await gu.locator(".pane-main").boundingBox();
  const drop = async (...files) => {
    const data = { items: [], files, dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver", "drop"]) {
      await cdp.send("Input.dispatchDragEvent", { type, x: x + width / 2, y: y + height / 2, data });
    }
  };
  file("dropped/层一/深处.txt", "deep");
  file("dropped/上面.txt", "above");
  await drop(file("loose.txt", "loose"), path.join(folder, "dropped"));
  for (const name of ["loose.txt", "dropped"]) await gu.locator(`.file-name:has-text("${name}")`).waitFor();
  await gu.dblclick('.file-row:has(.file-name:has-text("dropped"))');
  for (const name of ["上面.txt", "层一"]) await gu.locator(`.file-name:has-text("${name}")`).waitFor();
  await gu.dblclick('.file-row:has(.file-name:has-text("层一"))');
  await gu.locator('.file-name:has-text("深处.txt")').waitFor();

  // Slow enough to be caught under way.
  await cdp.send("Network.enable");
  const speed = (bytes) => cdp.send("Network.emulateNetworkConditions", { offline: false, latency: 5, downloadThroughput: -1, uploadThroughput: bytes });
  await speed(6 << 20);
  const big = file("big.bin", Buffer.alloc(40 << 20, 5));
  await drop(file("unwanted.bin", Buffer.alloc(40 << 20, 6)));
  await gu.locator('.up:has-text("unwanted.bin") progress').waitFor();
  await gu.click('[aria-label="取消 unwanted.bin"]');
  await gu.locator('.up:has-text("unwanted.bin")').waitFor({ state: "detached" });
  await drop(big);
  const progress = gu.locator('.up:has-text("big.bin") progress');
  await gu.waitForFunction(() => (document.querySelector(".up progress")?.value ?? 0) > 9 << 20);
  wire.cut();
  await gu.locator('.up:has-text("big.bin") .up-note').waitFor();
  await gu.shot("upload-cut");
  const before = Number(await progress.getAttribute("value"));
  assert.ok(before >= 8 << 20, "the pieces that the box has stay");
  wire.mend();
  await gu.waitForFunction((sent) => (document.querySelector(".up progress")?.value ?? 0) > sent, before);
  // The page goes away with the upload half done: the same file goes on where it stood.
  const begun = gu.waitForResponse((answer) => answer.url().endsWith("/drive/uploads") && answer.request().method() === "POST");
  gu.once("dialog", (dialog) => dialog.accept());
  await gu.reload();
  await gu.locator(".tray >> text=big.bin").or(gu.locator(".tray .up")).first().waitFor();
  await cdp.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
  await drop(big);
  assert.ok((await (await begun).json()).offset >= 8 << 20, "begins where it was cut off");
  await gu.locator('.file-name:has-text("big.bin")').waitFor({ timeout: 60_000 });
  assert.equal(await gu.locator('.file-name:has-text("unwanted.bin")').count(), 0);
  await gu.context().close();
  wire.close();
});

test("a conversation of thousands of messages scrolls without gaps, holds few of them at a time, and stays where one reads", async () => {
  const gu = await box.person("gu.wenzhou");
  const han = await box.person("han.ruoxi");
  await gu.click('[aria-label="新建会话"]');
  for (const query of ["hrx", "tkx"]) await pick(gu, query);
  await gu.fill(".dialog .input", "很多消息");
  await gu.click(".dialog-foot .btn-primary");
  await gu.waitForURL(/\/im\/c\//);
  const room = gu.url().split("/c/")[1];
  const sent = await gu.evaluate(pour, { room, total: 2000 });
  assert.equal(sent, 2000);
  await han.click(".list-rows >> text=很多消息");
  await han.locator('.bubble:has-text("1999 ")').waitFor();
  const seen = await han.evaluate(scrollUp);
  assert.deepEqual({ first: seen.first, gaps: seen.gaps }, { first: "0 好的", gaps: 0 });
  assert.ok(seen.most < 3000, `${seen.most} elements`);
  const place = () => han.locator('.bubble:has-text("12 ")').first().boundingBox();
  const before = await place();
  await gu.fill(".compose-text", "while somebody reads above");
  await gu.keyboard.press("Enter");
  await han.locator('.list-rows >> text=while somebody reads above').waitFor();
  await han.waitForTimeout(300);
  assert.equal((await place()).y, before.y, "nothing moves under the reader");
  for (const page of [gu, han]) await page.context().close();
});

/** In the page: sends many messages over a socket of its own, forty on the way at a time; how many were acknowledged. */
async function pour({ room, total }) {
  const socket = new WebSocket(`wss://${location.host}/api/v1/ws`, ["holdfast1.json"]);
  const texts = ["好的", "收到，下午三点前改好再发一版", "多行\n第二行\n第三行", "Thanks, looks good to me.", "补偿表一律用新的，旧文件不要再用了。".repeat(5)];
  let begun = 0;
  let acked = 0;
  return new Promise((resolve) => {
    const next = () => {
      while (begun < total && begun - acked < 40) {
        const body = { type: "text", text: `${begun} ${texts[begun % texts.length]}` };
        socket.send(JSON.stringify({ t: "send", cid: crypto.randomUUID(), conv: room, body }));
        begun += 1;
      }
    };
    socket.onopen = () => socket.send(JSON.stringify({ t: "hello", dev: crypto.randomUUID(), cursor: null }));
    socket.onclose = () => resolve(acked);
    socket.onmessage = ({ data }) => {
      const { t } = JSON.parse(data);
      if (t === "ack") acked += 1;
      if (t === "ack" || t === "welcome") next();
      if (acked === total || t === "nack") socket.close();
    };
  });
}

/** In the page: up to the first message, a third of the pane a frame; frames without a row in the middle are gaps. */
async function scrollUp() {
  const pane = document.querySelector(".msg-list");
  let gaps = 0;
  let most = 0;
  for (let still = 0; still < 60; ) {
    pane.scrollTop -= 240;
    await new Promise(requestAnimationFrame);
    const { left, top, width, height } = pane.getBoundingClientRect();
    const middle = top + height / 2;
    const rows = [...pane.querySelectorAll(".msg-row, .day, .unread, .msg-note")].map((row) => row.getBoundingClientRect());
    // Between two rows there is a margin, never more.
    if (!rows.some((row) => row.top - 24 <= middle && row.bottom + 24 >= middle && row.left < left + width)) gaps += 1;
    most = Math.max(most, document.querySelectorAll("*").length);
    still = pane.scrollTop <= 0 ? still + 1 : 0;
  }
  return { gaps, most, first: pane.querySelector(".bubble").innerText };
}

test("an account name with a dot is a page of its own, also when it is opened anew", async () => {
  const gu = await box.person("gu.wenzhou");
  await gu.visit("/people/u/ma.xiao");
  await gu.locator('.pcard-head:has-text("马骁"), .pcard-head:has-text("ma.xiao")').first().waitFor();
  await gu.reload();
  await gu.locator(".pcard-head").waitFor();
  assert.match(gu.url(), /\/people\/u\/ma\.xiao$/);
  await gu.visit("/no/such.page");
  await gu.locator("text=没有这个页面").waitFor();
  await gu.context().close();
});

test("the language is the browser's until somebody chooses one, then it is theirs everywhere", async () => {
  const english = await box.person("tang.kexin", { locale: "en-GB" });
  await english.locator('.rail-label:text-is("Chat")').waitFor();
  await english.reload();
  await english.locator('.rail-label:text-is("Chat")').waitFor();
  await english.visit("/settings/appearance");
  await english.click('[role=radio]:has-text("中文")');
  await english.locator('.rail-label:text-is("消息")').waitFor();
  const elsewhere = await box.person("tang.kexin", { locale: "en-GB" });
  await elsewhere.locator('.rail-label:text-is("消息")').waitFor();
  await elsewhere.reload();
  await elsewhere.locator('.rail-label:text-is("消息")').waitFor();
  for (const page of [english, elsewhere]) await page.context().close();
});

test("a wire that is cut again and again, for long and for short, loses and doubles nothing", async () => {
  const wire = await box.wire();
  const gu = await box.person("gu.wenzhou", { wire });
  const han = await box.person("han.ruoxi");
  await writeTo(gu, "hrx");
  const room = gu.url().split("/c/")[1];
  await han.visit(`/im/c/${room}`);
  const said = [];
  const say = async (page, text) => {
    await page.fill(".compose-text", text);
    await page.keyboard.press("Enter");
    said.push(text);
  };
  for (const [round, seconds] of [1, 12, 3, 6].entries()) {
    wire.cut();
    await say(gu, `没有网的时候 ${round}`);
    await say(han, `你不在的时候 ${round}`);
    await gu.waitForTimeout(seconds * 1000);
    wire.mend();
    await gu.locator(`.bubble:has-text("你不在的时候 ${round}")`).waitFor({ timeout: 20_000 });
    await han.locator(`.bubble:has-text("没有网的时候 ${round}")`).waitFor({ timeout: 20_000 });
  }
  // A part of the client that nobody has loaded yet.
  wire.cut();
  await gu.click('.rail a[href="/people"]');
  await gu.waitForTimeout(2000);
  wire.mend();
  await gu.locator("[role=treeitem]").first().waitFor({ timeout: 20_000 });
  // In the very moment in which a conversation is opened.
  await gu.visit("/im");
  await gu.locator(`.list-rows a[href$="/c/${room}"]`).waitFor();
  wire.cut();
  await gu.click(`.list-rows a[href$="/c/${room}"]`);
  await gu.locator("text=重试").first().waitFor();
  wire.mend();
  await gu.locator(`.bubble:has-text("${said.at(-1)}")`).waitFor({ timeout: 20_000 });
  for (const page of [gu, han]) for (const text of said) assert.equal(await page.locator(`.bubble:has-text("${text}")`).count(), 1, text);
  for (const page of [gu, han]) await page.context().close();
  wire.close();
});

const atTheConsole = process.env.HOLDFAST_BOX ? { skip: "needs the console of the box" } : {};
test("the security administrator seals the box; everybody sees why, and goes on by themselves once it is unsealed", atTheConsole, async () => {
  const song = await box.person("song.yining");
  const gu = await box.person("gu.wenzhou");
  await writeTo(gu, "hrx");
  const room = gu.url();
  await gu.fill(".compose-text", "封存之前没有写完");
  await song.visit("/security/keys");
  await song.click('.pagebar .btn-danger:has-text("封存"), .btn-danger:has-text("封存")');
  await song.fill(".dialog input", "巡检演练");
  await song.click(".dialog-foot .btn-danger-fill");
  await gu.locator(".calm-card").waitFor({ timeout: 30_000 });
  await gu.shot("sealed");
  assert.equal(await gu.locator(".rail").count(), 0, "nothing of the contents stays in sight");
  await song.locator(".calm-card").waitFor();
  box.holdfast("unseal");
  await gu.locator(".compose-text").waitFor({ timeout: 60_000 });
  assert.equal(gu.url(), room);
  assert.equal(await gu.inputValue(".compose-text"), "封存之前没有写完");
  await gu.keyboard.press("End");
  await gu.click(".compose-text");
  await gu.keyboard.press("Enter");
  await gu.locator('.bubble:has-text("封存之前没有写完")').waitFor();
  for (const page of [song, gu]) await page.context().close();
});

test("nothing broke the content security policy or threw on any page", () => {
  assert.deepEqual(box.violations, []);
});
