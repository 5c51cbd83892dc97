export const zh = {
  departures: "离职与恢复",
  delegations: "分级管理",
  delegate: "分级管理员",
  delegateMay: "管理授予范围内的人员和部门。不能授权，不能管理三员。",
  explain: "权限说明",
  review: "权限审查",
  requests: "个人信息请求",
};
