import { Icon, type IconName } from "./Icon";

type Kind = "folder" | "doc" | "xls" | "ppt" | "pdf" | "img" | "zip" | "video" | "txt";

const ENDINGS: Record<string, Kind> = {
  doc: "doc", docx: "doc", odt: "doc", rtf: "doc", wps: "doc",
  xls: "xls", xlsx: "xls", csv: "xls", ods: "xls", et: "xls",
  ppt: "ppt", pptx: "ppt", odp: "ppt", dps: "ppt",
  pdf: "pdf", ofd: "pdf",
  png: "img", jpg: "img", jpeg: "img", gif: "img", webp: "img", bmp: "img", svg: "img", heic: "img",
  zip: "zip", gz: "zip", xz: "zip", bz2: "zip", "7z": "zip", rar: "zip", tar: "zip",
  mp4: "video", mov: "video", mkv: "video", webm: "video", avi: "video",
};

const DRAWINGS: Record<Kind, IconName> = {
  folder: "folder", doc: "doc", xls: "sheet", ppt: "slides", pdf: "doc", img: "image", zip: "zip", video: "film", txt: "file",
};

export function kindOf(name: string, folder = false): Kind {
  if (folder) return "folder";
  const ending = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  return ENDINGS[ending] ?? "txt";
}

export function FileIcon({ name, folder, size }: { name: string; folder?: boolean; size?: 24 | 40 }) {
  const kind = kindOf(name, folder);
  return (
    <span className={`ftype f-${kind}${size ? ` ftype-${size}` : ""}`} aria-hidden="true">
      <Icon name={DRAWINGS[kind]} />
    </span>
  );
}
