/** An IPv4 address that reached a socket of both families is shown as what it is. */
export const plainAddress = (address: string | null | undefined): string | undefined => address?.replace(/^::ffff:(?=\d+\.)/i, "");
