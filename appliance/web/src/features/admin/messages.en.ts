export const en = { title: "Page" };
