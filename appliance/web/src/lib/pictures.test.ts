import { expect, test } from "vitest";
import { cut, pictureOf } from "./pictures";

test("a picture's address names its person and its version", () => {
  expect(pictureOf({ uid: "a@b", avatar: "00c0ffee00c0ffee" })).toBe("/api/v1/people/a%40b/avatar?v=00c0ffee00c0ffee");
  expect(pictureOf({ uid: "a" })).toBeUndefined();
  expect(pictureOf(undefined)).toBeUndefined();
});

test("a cut is a square within the picture", () => {
  expect(cut({ width: 400, height: 200 }, { zoom: 1, x: 0.5, y: 0.5 })).toEqual({ x: 100, y: 0, side: 200 });
  expect(cut({ width: 400, height: 200 }, { zoom: 2, x: 0, y: 1 })).toEqual({ x: 0, y: 100, side: 100 });
});
