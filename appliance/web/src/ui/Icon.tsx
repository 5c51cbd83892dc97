import type { ReactNode } from "react";

// The drawings are those of the design's sprite: 24 x 24, 1.75 stroke.
const drawings = {
  "chat": <><path d="M4 5.5h16v11H11l-4.5 3.5v-3.5H4z"/></>,
  "clock": <><circle cx="12" cy="12" r="8.5"/><path d="M12 7v5l3.5 2"/></>,
  "pause": <><path d="M9 5.5v13M15 5.5v13"/></>,
  "bell-off": <><path d="M8.2 5.3A6 6 0 0 1 18 10c0 1.8.2 3.1.6 4.2M16.5 17H4c.5-1 2-2.5 2-7 0-.6.1-1.2.2-1.7M10 20.5h4M3 3l18 18"/></>,
  "people": <><circle cx="9" cy="8" r="3.5"/><path d="M2.5 20c0-3.6 2.9-6 6.5-6s6.5 2.4 6.5 6M15.5 4.8a3.5 3.5 0 0 1 0 6.4M18 14.6c2.2.9 3.5 2.9 3.5 5.4"/></>,
  "person": <><circle cx="12" cy="8" r="4"/><path d="M4.5 20.5c0-4 3.4-6.5 7.5-6.5s7.5 2.5 7.5 6.5"/></>,
  "person-plus": <><circle cx="10" cy="8" r="4"/><path d="M2.5 20.5c0-4 3.4-6.5 7.5-6.5 1.6 0 3.1.4 4.3 1.1M19 14.5v6M16 17.5h6"/></>,
  "drive": <><path d="M6.5 19a4.5 4.5 0 0 1-.6-9A6.5 6.5 0 0 1 18.4 9.6 4.8 4.8 0 0 1 17.5 19z"/></>,
  "search": <><circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/></>,
  "grid": <><rect x="4" y="4" width="6.5" height="6.5" rx="1.5"/><rect x="13.5" y="4" width="6.5" height="6.5" rx="1.5"/><rect x="4" y="13.5" width="6.5" height="6.5" rx="1.5"/><rect x="13.5" y="13.5" width="6.5" height="6.5" rx="1.5"/></>,
  "settings": <><path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2"/><circle cx="9" cy="17" r="2"/></>,
  "shield": <><path d="M12 3 5 5.5V11c0 4.6 2.9 8 7 10 4.1-2 7-5.4 7-10V5.5z"/></>,
  "shield-check": <><path d="M12 3 5 5.5V11c0 4.6 2.9 8 7 10 4.1-2 7-5.4 7-10V5.5z"/><path d="m9 11.8 2.2 2.2L15.2 10"/></>,
  "audit": <><path d="M8 4H5.5v17h13V4H16"/><rect x="8" y="2.5" width="8" height="4" rx="1"/><path d="m9 14 2.2 2.2L15.2 12"/></>,
  "plus": <><path d="M12 5v14M5 12h14"/></>,
  "x": <><path d="m6 6 12 12M18 6 6 18"/></>,
  "check": <><path d="m5 12.5 4.5 4.5L19 7.5"/></>,
  "check-check": <><path d="m2.5 12.5 4.5 4.5L16 7.5M12 16.5l.5.5L22 7.5"/></>,
  "right": <><path d="m9 5.5 6.5 6.5L9 18.5"/></>,
  "left": <><path d="M15 5.5 8.5 12l6.5 6.5"/></>,
  "down": <><path d="m5.5 9 6.5 6.5L18.5 9"/></>,
  "up": <><path d="M5.5 15 12 8.5l6.5 6.5"/></>,
  "arrow-down": <><path d="M12 4.5v15M6 13.5l6 6 6-6"/></>,
  "arrow-up": <><path d="M12 19.5v-15M6 10.5l6-6 6 6"/></>,
  "more": <><g fill="currentColor" stroke="none"><circle cx="5.5" cy="12" r="1.6"/><circle cx="12" cy="12" r="1.6"/><circle cx="18.5" cy="12" r="1.6"/></g></>,
  "at": <><circle cx="12" cy="12" r="4"/><path d="M16 8v5.2c0 3.3 5 3.3 5-1.2a9 9 0 1 0-3.6 7.2"/></>,
  "clip": <><path d="m19.5 11.5-7.8 7.8a4.9 4.9 0 0 1-7-7l8.2-8.2a3.3 3.3 0 0 1 4.7 4.7l-8.2 8.2a1.6 1.6 0 0 1-2.3-2.3l7.2-7.2"/></>,
  "image": <><rect x="3.5" y="4.5" width="17" height="15" rx="2"/><circle cx="8.5" cy="9.5" r="1.5"/><path d="m4 17 5-4.5 3.5 3 3.5-4 4.5 4.5"/></>,
  "send": <><path d="M20.5 3.5 10 14M20.5 3.5 14 20.5 10 14 3.5 10z"/></>,
  "pin": <><path d="M9 3.5h6M10 3.5v6L6.5 14h11L14 9.5v-6M12 14v6.5"/></>,
  "history": <><path d="M3.5 4.5v5h5M3.9 9.5A8.5 8.5 0 1 1 3.5 12.5M12 7.5v5l3.5 2"/></>,
  "lock": <><rect x="5" y="10.5" width="14" height="10" rx="2"/><path d="M8 10.5V7.5a4 4 0 0 1 8 0v3"/></>,
  "unlock": <><rect x="5" y="10.5" width="14" height="10" rx="2"/><path d="M8 10.5V7.5a4 4 0 0 1 7.7-1.5"/></>,
  "eye": <><path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z"/><circle cx="12" cy="12" r="3"/></>,
  "eye-off": <><path d="M4.5 8.5A15 15 0 0 0 2.5 12S6 18.5 12 18.5c1.6 0 3-.4 4.2-1.1M9.5 5.8c.8-.2 1.6-.3 2.5-.3 6 0 9.5 6.5 9.5 6.5a15 15 0 0 1-2.2 3M3 3l18 18"/></>,
  "download": <><path d="M12 4v11M7 10.5l5 5 5-5M4.5 20h15"/></>,
  "upload": <><path d="M12 16V4.5M7 9.5l5-5 5 5M4.5 20h15"/></>,
  "trash": <><path d="M4 6.5h16M9 6.5V4h6v2.5M6 6.5l1 14h10l1-14M10 10.5v6M14 10.5v6"/></>,
  "phone": <><path d="M5 4h4l1.5 5-2.5 1.5a12 12 0 0 0 5.5 5.5L15 13.5l5 1.5v4a1.5 1.5 0 0 1-1.5 1.5C10.5 20.5 3.5 13.5 3.5 5.5A1.5 1.5 0 0 1 5 4z"/></>,
  "mail": <><rect x="3" y="5" width="18" height="14" rx="2"/><path d="m3.5 7 8.5 6.5L20.5 7"/></>,
  "building": <><rect x="5" y="3.5" width="14" height="17" rx="1.5"/><path d="M9 7.5h1.5M13.5 7.5H15M9 11.5h1.5M13.5 11.5H15M10 20.5v-4h4v4"/></>,
  "org": <><rect x="9" y="3.5" width="6" height="5" rx="1"/><rect x="3" y="15.5" width="6" height="5" rx="1"/><rect x="15" y="15.5" width="6" height="5" rx="1"/><path d="M12 8.5v3.5M6 15.5V12h12v3.5"/></>,
  "folder": <><path d="M3.5 18V6A1.5 1.5 0 0 1 5 4.5h4.5l2 2.5H19A1.5 1.5 0 0 1 20.5 8.5V18a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 18z"/></>,
  "folder-plus": <><path d="M3.5 18V6A1.5 1.5 0 0 1 5 4.5h4.5l2 2.5H19A1.5 1.5 0 0 1 20.5 8.5V18a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 18zM12 10.5v6M9 13.5h6"/></>,
  "file": <><path d="M6.5 3.5h7.5l4.5 4.5v12.5h-12zM13.5 3.5v5h5"/></>,
  "doc": <><path d="M6.5 3.5h7.5l4.5 4.5v12.5h-12zM13.5 3.5v5h5M9.5 12.5h6M9.5 16h6"/></>,
  "sheet": <><rect x="4" y="4.5" width="16" height="15" rx="2"/><path d="M4 9.5h16M4 14.5h16M10 9.5v10"/></>,
  "slides": <><rect x="3.5" y="4" width="17" height="11.5" rx="1.5"/><path d="M12 15.5v3M8.5 20.5l3.5-2 3.5 2M8 11.5V10M12 11.5V8M16 11.5V9"/></>,
  "zip": <><path d="M6.5 3.5h7.5l4.5 4.5v12.5h-12zM13.5 3.5v5h5M10 7v1.5M10 11v1.5M10 15v2.5"/></>,
  "film": <><rect x="3.5" y="5" width="17" height="14" rx="2"/><path d="m10.5 9.5 4 2.5-4 2.5z"/></>,
  "list": <><path d="M8.5 6.5h12M8.5 12h12M8.5 17.5h12M4 6.5v.01M4 12v.01M4 17.5v.01"/></>,
  "refresh": <><path d="M20 5v5h-5M4 19v-5h5M19.5 10A8 8 0 0 0 5.3 7.5M4.5 14a8 8 0 0 0 14.2 2.5"/></>,
  "alert": <><path d="M12 4 2.5 20h19zM12 10v4.5M12 17.3v.01"/></>,
  "alert-circle": <><circle cx="12" cy="12" r="9"/><path d="M12 7.5V13M12 16.3v.01"/></>,
  "info": <><circle cx="12" cy="12" r="9"/><path d="M12 11v5.5M12 7.7v.01"/></>,
  "check-circle": <><circle cx="12" cy="12" r="9"/><path d="m8 12.3 2.8 2.7L16 9.5"/></>,
  "offline": <><path d="M3 3l18 18M5 12.5a10 10 0 0 1 4.5-2.6M2 8.8A15 15 0 0 1 6.2 6M10.5 5a15 15 0 0 1 11.5 3.8M14.5 10.1a10 10 0 0 1 4.5 2.4M8.5 16a5 5 0 0 1 5.7-1M12 19.5v.01"/></>,
  "key": <><circle cx="8" cy="15.5" r="4.5"/><path d="m11.2 12.3 8.3-8.3M16 7.5l3 3M13.5 10l2 2"/></>,
  "globe": <><circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c3 2.8 4 5.6 4 9s-1 6.2-4 9c-3-2.8-4-5.6-4-9s1-6.2 4-9z"/></>,
  "edit": <><path d="M4 20h4L19.5 8.5l-4-4L4 16zM13 7l4 4"/></>,
  "copy": <><rect x="8.5" y="8.5" width="12" height="12" rx="2"/><path d="M15.5 8.5v-3a2 2 0 0 0-2-2h-8a2 2 0 0 0-2 2v8a2 2 0 0 0 2 2h3"/></>,
  "panel": <><rect x="3.5" y="4.5" width="17" height="15" rx="2"/><path d="M14.5 4.5v15"/></>,
  "open": <><path d="M13.5 4h6.5v6.5M20 4l-9 9M18 14v4.5A1.5 1.5 0 0 1 16.5 20h-11A1.5 1.5 0 0 1 4 18.5v-11A1.5 1.5 0 0 1 5.5 6H10"/></>,
  "leave": <><path d="M10 4H5.5A1.5 1.5 0 0 0 4 5.5v13A1.5 1.5 0 0 0 5.5 20H10M15 8l4 4-4 4M19 12H9.5"/></>,
  "sun": <><circle cx="12" cy="12" r="4"/><path d="M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4"/></>,
  "server": <><rect x="3.5" y="4" width="17" height="7" rx="1.5"/><rect x="3.5" y="13" width="17" height="7" rx="1.5"/><path d="M7.5 7.5v.01M7.5 16.5v.01M11 7.5h6M11 16.5h6"/></>,
  "holdfast": <><path fill="currentColor" stroke="none" d="M3 7.5C3 6.7 3.7 6 4.5 6H8v2.5h8V6h3.5c.8 0 1.500.7 1.5 1.5S20.3 9 19.5 9H18c0 1.5-.7 2.5-2 3v3.5h3c.8 0 1.500.7 1.5 1.5v1.5h-17V17c0-.8.7-1.5 1.5-1.5h3V12C6.7 11.5 6 10.5 6 9H4.5C3.7 9 3 8.3 3 7.5z"/></>,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof drawings;

/** A line icon. Decorative by default: the control around it carries the label. */
export function Icon({ name, size, className }: { name: IconName; size?: 16 | 24 | 32; className?: string }) {
  const sized = size ? `ico ico-${size}` : "ico";
  return (
    <svg className={className ? `${sized} ${className}` : sized} viewBox="0 0 24 24" aria-hidden="true">
      {drawings[name]}
    </svg>
  );
}
