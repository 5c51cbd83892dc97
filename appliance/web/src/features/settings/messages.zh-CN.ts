export const zh = { title: "页面" };
