// Signing in with more than a password, with Chromium's virtual authenticator and codes computed here.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { boot } from "./box.mjs";

let box;
before(async () => {
  box = await boot();
});
after(async () => {
  await box?.close();
});

/** RFC 6238 out of what the page shows to be typed; `later` steps ahead, since each code is taken once. */
function totp(secret, later = 0) {
  const bits = [...secret.replace(/\s/g, "")].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((eight) => Number.parseInt(eight, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const tag = createHmac("sha1", key).update(step).digest();
  return String((tag.readUInt32BE(tag[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** A device with a fingerprint reader, as Chromium plays it. */
async function authenticator(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true };
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", { options });
  return {
    credentials: async () => (await session.send("WebAuthn.getCredentials", { authenticatorId })).credentials,
    present: (enabled) => session.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled }),
  };
}

async function signOut(page) {
  await page.visit("/settings/account");
  await page.click("text=退出登录");
  await page.waitForURL(/\/login/);
}

test("a passkey is made, signs in from the field and from the button, and is given up", async () => {
  const gu = await box.person("gu.wenzhou");
  const device = await authenticator(gu);
  await gu.visit("/settings/sign-in");
  await gu.click("text=添加通行密钥");
  await gu.fill(".dialog .input", "办公室的笔记本");
  await gu.shot("passkey-name");
  await gu.click(".dialog-foot .btn-primary");
  await gu.locator(".settings-list >> text=办公室的笔记本").waitFor();
  assert.equal((await device.credentials()).length, 1);
  assert.equal((await device.credentials())[0].rpId, "localhost");
  await gu.shot("settings-sign-in");
  // The field for the account offers it: Chromium's device answers at once.
  await gu.visit("/settings/account");
  await gu.click("text=退出登录");
  await gu.waitForURL(/\/im/, { timeout: 30_000 });
  await device.present(false);
  await signOut(gu);
  await gu.shot("sign-in-passkey");
  await device.present(true);
  await gu.click("text=用通行密钥登录");
  await gu.waitForURL(/\/im/);
  await gu.visit("/settings/sessions");
  await gu.locator("text=登录记录").waitFor();
  await gu.locator(".tag:has-text('通行密钥')").first().waitFor();
  await gu.shot("settings-sessions");
  await gu.visit("/settings/sign-in");
  await gu.locator(".settings-list li", { hasText: "办公室的笔记本" }).getByText("移除").click();
  await gu.click(".dialog-foot .btn-danger-fill");
  await gu.locator("text=还没有通行密钥").waitFor();
  await gu.context().close();
});

test("an authenticator app: scanned, confirmed, asked for; a recovery code in its place; on a phone, in English, in the dark", async () => {
  const tang = await box.person("tang.kexin", { width: 390, height: 844, locale: "en-GB", theme: "dark" });
  await tang.visit("/settings/sign-in");
  await tang.locator("text=Set up authenticator").waitFor();
  await tang.shot("settings-sign-in-phone-dark");
  await tang.click("text=Set up authenticator");
  const secret = await tang.locator(".totp-secret").innerText();
  await tang.locator(".dialog .input").fill("000000");
  await tang.click(".dialog-foot .btn-primary");
  await tang.locator(".fault").waitFor();
  await tang.shot("totp-phone-dark");
  await tang.locator(".dialog .input").fill(totp(secret));
  await tang.click(".dialog-foot .btn-primary");
  await tang.locator(".codes li").first().waitFor();
  const codes = await tang.locator(".codes li").allInnerTexts();
  assert.equal(codes.length, 10);
  await tang.shot("recovery-codes-phone-dark");
  await tang.click("text=I have kept them");
  await tang.locator("text=10 left").waitFor();
  await tang.context().close();

  const known = box.people.find((one) => one.uid === "tang.kexin");
  const again = await box.person(undefined);
  await again.signIn(known.uid, known.password);
  await again.locator("text=验证码").first().waitFor();
  await again.shot("sign-in-code");
  const field = again.locator("input[autocomplete=one-time-code]");
  await field.fill("000000");
  await again.keyboard.press("Enter");
  await again.locator(".banner:has-text('验证码不对')").waitFor();
  await field.fill(totp(secret, 1));
  await again.keyboard.press("Enter");
  await again.waitForURL(/\/im/);
  await signOut(again);
  await again.signIn(known.uid, known.password);
  await again.locator("input[autocomplete=one-time-code]").fill(codes[0]);
  await again.keyboard.press("Enter");
  await again.waitForURL(/\/im/);
  await again.visit("/settings/sign-in");
  await again.locator("text=还剩 9 个").waitFor();
  await again.shot("settings-sign-in-app");
  await again.context().close();
});

test("what an administrator changes asks once more who they are, and then goes on", async () => {
  const he = await box.person("he.jiahe");
  const known = box.people.find((one) => one.uid === "he.jiahe");
  // The proof is a quarter of an hour old: the box's own answer, once, in place of waiting for it.
  let old = true;
  await he.route("**/api/v1/departments", (route) => {
    if (route.request().method() !== "POST" || !old) return route.continue();
    const body = JSON.stringify({ type: "/problems/step-up-required", title: "", status: 403, code: "step-up-required" });
    return route.fulfill({ status: 403, contentType: "application/problem+json", body });
  });
  he.on("response", (answer) => {
    if (answer.url().endsWith("/sessions/current/proof") && answer.status() === 204) old = false;
  });
  await he.visit("/admin/departments");
  await he.locator("text=新建部门").first().click();
  const name = `测试部${Date.now() % 100000}`;
  await he.locator(".dialog .input").first().fill(name);
  await he.click(".dialog-foot .btn-primary");
  await he.locator("text=请再确认一次身份").waitFor();
  const password = he.locator(".dialog input[type=password]");
  await password.fill("not-the-password");
  await he.keyboard.press("Enter");
  await he.locator(".dialog .banner").waitFor();
  await he.shot("step-up");
  await password.fill(known.password);
  await he.keyboard.press("Enter");
  await he.locator("text=请再确认一次身份").waitFor({ state: "detached" });
  await he.locator(`text=${name}`).first().waitFor();
  await he.locator("text=请再确认一次身份").waitFor({ state: "detached" });
  await he.context().close();
});

test("the security administrator asks for passkeys; who has none is led to make one", async () => {
  const song = await box.person("song.yining");
  await song.visit("/security/sign-in");
  await song.locator("text=谁要多一步").first().waitFor();
  await song.locator("input[type=number]").first().fill("7");
  await song.click("text=保存登录要求");
  await song.locator(".fault").first().waitFor();
  await song.locator("input[type=number]").first().fill("12");
  await song.fill("#banned", "恒川\nhengchuan");
  await song.click("text=添加要求");
  await song.locator(".policy-row select").nth(0).selectOption("department");
  await song.locator(".dep-tree [role=treeitem]").first().click();
  await song.locator(".policy-row select").nth(1).selectOption("passkey");
  await song.shot("security-sign-in");
  await song.click("text=保存登录要求");
  await song.locator("text=登录要求已更新").waitFor();
  await song.reload();
  await song.locator(".policy-row select").nth(0).waitFor();
  assert.equal(await song.locator(".policy-row select").nth(0).inputValue(), "department");

  const known = box.people.find((one) => one.uid === "han.ruoxi");
  const han = await box.person(undefined);
  const device = await authenticator(han);
  await device.present(true);
  await han.signIn(known.uid, known.password);
  await han.locator("text=请先多设一种登录方式").waitFor();
  await han.shot("must-enrol");
  await han.visit("/drive");
  await han.locator("text=请先多设一种登录方式").waitFor();
  await han.click("text=添加通行密钥");
  await han.click(".dialog-foot .btn-primary");
  await han.waitForURL(/\/drive/);
  await han.locator(".pane-list").waitFor();
  await han.context().close();

  await song.locator(".policy-row [aria-label='移除这条要求']").click();
  await song.click("text=保存登录要求");
  await song.locator("text=登录要求已更新").waitFor();
  await song.setViewportSize({ width: 390, height: 844 });
  await song.shot("security-sign-in-phone");
  await song.context().close();
});

test("no page broke the policy of the browser", () => {
  assert.deepEqual(box.violations, []);
});
