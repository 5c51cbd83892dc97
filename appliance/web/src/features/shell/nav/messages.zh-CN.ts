export const zh = {
  departures: "离职与恢复",
  requests: "个人信息请求",
};
