import { afterEach, expect, it, vi } from "vitest";
import { http } from "./client";
import { isProblem } from "./problems";
import { useStepUp } from "./stepUp";

afterEach(() => vi.unstubAllGlobals());

const refused = () => new Response(JSON.stringify({ code: "step-up-required" }), { status: 403, headers: { "content-type": "application/problem+json" } });

it("waits for the proof, asks once, and goes on with what was being done", async () => {
  let proved = false;
  const asked = vi.fn(() => Promise.resolve(proved ? new Response(null, { status: 204 }) : refused()));
  vi.stubGlobal("fetch", asked);
  const both = Promise.all([http.delete("/me/totp"), http.delete("/me/totp")]);
  await vi.waitFor(() => expect(useStepUp.getState().answer).not.toBeNull());
  proved = true;
  useStepUp.getState().answer?.(true);
  await both;
  expect(asked).toHaveBeenCalledTimes(4);
  expect(useStepUp.getState().answer).toBeNull();
});

it("tells the refusal when the person does not want to", async () => {
  vi.stubGlobal("fetch", () => Promise.resolve(refused()));
  const one = http.delete("/me/totp").catch((error: unknown) => error);
  await vi.waitFor(() => expect(useStepUp.getState().answer).not.toBeNull());
  useStepUp.getState().answer?.(false);
  expect(isProblem(await one, "step-up-required")).toBe(true);
});
