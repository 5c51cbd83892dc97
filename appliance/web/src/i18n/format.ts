import { toDate } from "../lib/clock";
import { useLocale, type Locale } from "./locale";

const DAY = 86_400_000;
const WEEK_ZH = ["周日", "周一", "周二", "周三", "周四", "周五", "周六"];
const WEEK_EN = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTH_EN = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const UNITS = ["B", "KB", "MB", "GB", "TB"];

const two = (value: number) => String(value).padStart(2, "0");
const midnight = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
const daysAgo = (date: Date, now: Date) => Math.round((midnight(now) - midnight(date)) / DAY);

const clock = (date: Date) => `${two(date.getHours())}:${two(date.getMinutes())}`;

function dayName(date: Date, locale: Locale, now: Date): string {
  const month = date.getMonth();
  const sameYear = date.getFullYear() === now.getFullYear();
  if (locale === "en") return `${date.getDate()} ${MONTH_EN[month]}${sameYear ? "" : ` ${date.getFullYear()}`}`;
  return `${sameYear ? "" : `${date.getFullYear()}年`}${month + 1}月${date.getDate()}日`;
}

/** All formatters for one language. Microseconds in, text out. */
export function formatter(locale: Locale) {
  const en = locale === "en";
  const week = (date: Date) => (en ? WEEK_EN : WEEK_ZH)[date.getDay()] ?? "";

  /** In a list: 10:42, yesterday, Wednesday, 17 November. */
  const short = (at: number, now = new Date()): string => {
    const date = toDate(at);
    const ago = daysAgo(date, now);
    if (ago <= 0) return clock(date);
    if (ago === 1) return en ? "Yesterday" : "昨天";
    if (ago < 7) return week(date);
    return dayName(date, locale, now);
  };

  /** Beside a file or a version: with the clock where it is near. */
  const near = (at: number, now = new Date()): string => {
    const date = toDate(at);
    const ago = daysAgo(date, now);
    if (ago === 0) return `${en ? "Today" : "今天"} ${clock(date)}`;
    if (ago === 1) return `${en ? "Yesterday" : "昨天"} ${clock(date)}`;
    return dayName(date, locale, now);
  };

  /** Day and clock, always both. */
  const moment = (at: number, now = new Date()): string => {
    const date = toDate(at);
    return daysAgo(date, now) <= 1 ? near(at, now) : `${dayName(date, locale, now)} ${clock(date)}`;
  };

  /** Between messages: 20 November, Friday. */
  const day = (at: number, now = new Date()): string => {
    const date = toDate(at);
    const ago = daysAgo(date, now);
    if (ago === 0) return en ? "Today" : "今天";
    if (ago === 1) return en ? "Yesterday" : "昨天";
    return en ? `${week(date)}, ${dayName(date, locale, now)}` : `${dayName(date, locale, now)} ${week(date)}`;
  };

  const time = (at: number): string => clock(toDate(at));

  /** For tables of record: 2026-11-20 10:41:30. */
  const exact = (at: number): string => {
    const date = toDate(at);
    return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clock(date)}:${two(date.getSeconds())}`;
  };

  /** Full precision: 2026-11-20 10:41:30.951204 +08:00. */
  const instant = (at: number): string => {
    const offset = -toDate(at).getTimezoneOffset();
    const zone = `${offset < 0 ? "-" : "+"}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
    return `${exact(at)}.${String(at % 1_000_000).padStart(6, "0")} ${zone}`;
  };

  const size = (bytes: number): string => {
    let value = bytes;
    let unit = 0;
    while (value >= 1000 && unit < UNITS.length - 1) {
      value /= 1024;
      unit += 1;
    }
    const text = unit === 0 || value >= 100 ? value.toFixed(0) : value.toFixed(1);
    return `${text} ${UNITS[unit]}`;
  };

  const number = (value: number): string => value.toLocaleString(en ? "en-GB" : "zh-CN");

  /** A time that is still to run, in words: 40 seconds, 3 minutes. */
  const duration = (seconds: number): string => {
    const whole = Math.max(1, Math.round(seconds));
    if (whole < 60) return en ? `${whole} s` : `${whole} 秒`;
    if (whole < 3600) return en ? `${Math.round(whole / 60)} min` : `${Math.round(whole / 60)} 分钟`;
    if (whole < 86_400) return en ? `${Math.round(whole / 3600)} h` : `${Math.round(whole / 3600)} 小时`;
    return en ? `${Math.round(whole / 86_400)} d` : `${Math.round(whole / 86_400)} 天`;
  };

  return { short, near, moment, day, time, exact, instant, size, number, duration };
}

export type Formatter = ReturnType<typeof formatter>;

const formatters: Record<Locale, Formatter> = { "zh-CN": formatter("zh-CN"), en: formatter("en") };

export function useFormat(): Formatter {
  return formatters[useLocale((state) => state.locale)];
}

/** Two instants on the same calendar day? */
export const sameDay = (a: number, b: number): boolean => midnight(toDate(a)) === midnight(toDate(b));
