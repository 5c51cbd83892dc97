export default function Page(_: { params?: Record<string, string | undefined> }) { return null; }
