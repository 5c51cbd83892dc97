// Holds the build against budgets.json: JavaScript of the first screen, all CSS, any chunk that is loaded later.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const root = join(import.meta.dirname, "..");
const budgets = JSON.parse(readFileSync(join(root, "budgets.json"), "utf8"));
const assets = join(root, "dist", "assets");
const page = readFileSync(join(root, "dist", "index.html"), "utf8");
const kilobytes = (name) => gzipSync(readFileSync(join(assets, name)), { level: 9 }).length / 1000;

const names = readdirSync(assets);
const scripts = names.filter((name) => name.endsWith(".js"));
const initial = scripts.filter((name) => page.includes(`/assets/${name}`));
const lazy = scripts.filter((name) => !initial.includes(name));
const total = (list) => list.reduce((sum, name) => sum + kilobytes(name), 0);

const checks = [
  ["JavaScript of the first screen", total(initial), budgets.initial_js_gz_kilobytes],
  ["CSS", total(names.filter((name) => name.endsWith(".css"))), budgets.css_gz_kilobytes],
  ...lazy.map((name) => [name, kilobytes(name), budgets.lazy_chunk_gz_kilobytes]),
];
let over = 0;
for (const [what, size, limit] of checks) {
  const bad = size > limit;
  if (bad) over += 1;
  if (bad || limit !== budgets.lazy_chunk_gz_kilobytes) console.log(`${bad ? "OVER" : "ok  "}  ${size.toFixed(1)} of ${limit} kB gz  ${what}`);
}
if (/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/i.test(page)) {
  console.log("OVER  index.html has something inline: the policy would block it");
  over += 1;
}
process.exit(over === 0 ? 0 : 1);
