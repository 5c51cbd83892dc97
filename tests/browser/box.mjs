// A throwaway box, people in browsers, and a wire between them that can be cut.
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const here = path.dirname(fileURLToPath(import.meta.url));
const screens = path.resolve(here, "../../target/screens");
const target = process.env.CARGO_TARGET_DIR ?? path.join(process.env.HOME, ".cache/holdfast/target");
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Boots a small box; `close()` ends it. */
export async function boot() {
  mkdirSync(screens, { recursive: true });
  const child = spawn(path.join(target, "debug/holdfast-box"), ["throwaway", "--small"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const line = await new Promise((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (piece) => {
      text += piece;
      if (text.includes("\n")) resolve(text.slice(0, text.indexOf("\n")));
    });
    child.on("exit", (code) => reject(new Error(`the box ended with ${code}`)));
  });
  const box = JSON.parse(line);
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", headless: true, args: FLAGS });
  const violations = [];
  const people = Object.fromEntries(box.people.map((one) => [one.uid, one.password]));

  /** Somebody at a desk. `wire`: through a connection of their own that can be cut. */
  async function person(uid, { width = 1440, height = 900, locale = "zh-CN", theme = "light", wire } = {}) {
    const phone = width < 640;
    const context = await browser.newContext({
      viewport: { width, height },
      locale,
      colorScheme: theme,
      ignoreHTTPSErrors: true,
      acceptDownloads: true,
      ...(phone ? { hasTouch: true, isMobile: true } : {}),
    });
    await context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        console.error(`CSP ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
      });
    });
    const page = await context.newPage();
    page.on("console", (message) => {
      if (/CSP |Content Security Policy|TrustedHTML|TrustedScript/.test(message.text())) violations.push(message.text());
    });
    page.on("pageerror", (error) => violations.push(`page error: ${error}`));
    page.base = wire ? wire.url : box.url;
    page.visit = (to) => page.goto(page.base + to);
    page.shot = (name) => page.screenshot({ path: path.join(screens, `${name}.png`) });
    await page.visit("/login");
    if (uid) {
      await page.fill("#account", uid);
      await page.fill("#password", people[uid]);
      await page.keyboard.press("Enter");
      await page.waitForURL(/\/im/);
    }
    return page;
  }

  return {
    ...box,
    violations,
    browser,
    person,
    wire: () => wire(new URL(box.url).port),
    async close() {
      await browser.close();
      child.removeAllListeners("exit");
      const ended = new Promise((resolve) => child.on("exit", resolve));
      child.stdin.end();
      await ended;
    },
  };
}

/** Bytes go through untouched, so TLS ends at the box; `cut()` drops every connection and refuses new ones. */
async function wire(port) {
  const open = new Set();
  let whole = true;
  const server = net.createServer((desk) => {
    if (!whole) return desk.destroy();
    const box = net.connect(Number(port), "127.0.0.1");
    for (const [from, to] of [
      [desk, box],
      [box, desk],
    ]) {
      open.add(from);
      from.on("data", (bytes) => to.write(bytes));
      from.on("close", () => {
        open.delete(from);
        to.destroy();
      });
      from.on("error", () => to.destroy());
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `https://localhost:${server.address().port}`,
    cut() {
      whole = false;
      for (const socket of open) socket.destroy();
    },
    mend() {
      whole = true;
    },
    close: () => server.close(),
  };
}
