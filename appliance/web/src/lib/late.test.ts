import { describe, expect, it } from "vitest";
import { patiently } from "./late";

const never = () => Promise.reject(new Error("no network"));
const at = (answers: boolean[]) => () => Promise.resolve(answers.shift() ?? false);
const noPause = () => Promise.resolve();

describe("parts that are loaded late", () => {
  it("come once there is a network again", async () => {
    const tries = [never, never, never, () => Promise.resolve("part")];
    const load = () => (tries.shift() ?? never)();
    expect(await patiently(load, at([false, false, true]), noPause)).toBe("part");
  });

  it("fail when the box answers and does not have them", async () => {
    let tries = 0;
    const load = () => {
      tries += 1;
      return never();
    };
    await expect(patiently(load, at([false, true]), noPause)).rejects.toThrow("no network");
    expect(tries).toBe(3);
  });
});
