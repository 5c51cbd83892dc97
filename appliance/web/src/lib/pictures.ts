/** Where a person's picture is; its address changes with it, so a browser never shows an old one. */
export function pictureOf(person: { uid: string; avatar?: string | null } | null | undefined): string | undefined {
  return person?.avatar ? `/api/v1/people/${encodeURIComponent(person.uid)}/avatar?v=${person.avatar}` : undefined;
}

/** What of a picture is taken: how near, and where the middle lies, from 0 to 1. */
export interface View {
  zoom: number;
  x: number;
  y: number;
}

/** The square that a view takes, in the picture's own pixels. */
export function cut(picture: { width: number; height: number }, view: View): { x: number; y: number; side: number } {
  const side = Math.min(picture.width, picture.height) / view.zoom;
  return { x: view.x * (picture.width - side), y: view.y * (picture.height - side), side };
}
