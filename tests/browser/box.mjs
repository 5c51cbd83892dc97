// A throwaway box, people in browsers, and a wire between them that can be cut.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
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

/** A box of one's own, which ends with its standard input. */
async function throwaway() {
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
  async function end() {
    child.removeAllListeners("exit");
    const ended = new Promise((resolve) => child.on("exit", resolve));
    child.stdin.end();
    await ended;
  }
  return { line, end };
}

/** Boots a small box; `close()` ends it. */
export async function boot() {
  mkdirSync(screens, { recursive: true });
  // HOLDFAST_BOX: the line of a box that somebody else has started, in a file; its sign-ins are those of the small company.
  const lent = process.env.HOLDFAST_BOX;
  const { line, end } = lent ? { line: readFileSync(lent, "utf8"), end: async () => {} } : await throwaway();
  const box = JSON.parse(line);
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", headless: true, args: FLAGS });
  const violations = [];
  const wires = [];
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
    page.signIn = async (account, password) => {
      await page.fill("#account", account);
      await page.fill("#password", password);
      await page.keyboard.press("Enter");
    };
    if (uid) {
      await page.signIn(uid, people[uid]);
      await page.waitForURL(/\/im/);
    }
    return page;
  }

  return {
    ...box,
    violations,
    browser,
    person,
    async wire() {
      const made = await wire(new URL(box.url));
      wires.push(made);
      return made;
    },
    /** `holdfast ...` on the box, as whoever sits at its console. */
    holdfast(...words) {
      const done = spawnSync(path.join(target, "debug/holdfast"), ["--data", box.data, ...words], { encoding: "utf8" });
      if (done.status !== 0) throw new Error(`holdfast ${words.join(" ")}: ${done.stderr}`);
      return done.stdout;
    },
    /** `holdfast-audit ...` on a machine of the auditor's. */
    holdfastAudit(...words) {
      const done = spawnSync(path.join(target, "debug/holdfast-audit"), words, { encoding: "utf8" });
      if (done.status !== 0) throw new Error(`holdfast-audit ${words.join(" ")}: ${done.stdout}${done.stderr}`);
      return done.stdout;
    },
    async close() {
      await browser.close();
      for (const one of wires) one.close();
      await end();
    },
  };
}

/** Bytes go through untouched, so TLS ends at the box; `cut()` drops every connection and refuses new ones. */
async function wire({ hostname, port }) {
  const open = new Set();
  let whole = true;
  const server = net.createServer((desk) => {
    if (!whole) return desk.destroy();
    const box = net.connect(Number(port || 443), hostname === "localhost" ? "127.0.0.1" : hostname);
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
    close() {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}
