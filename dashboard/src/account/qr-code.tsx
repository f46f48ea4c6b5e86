/** A QR code, drawn as one path. Black on white in both themes: cameras expect it. */
import { useQuery } from "@tanstack/react-query";

const quietModules = 3;

export function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  // The encoder is loaded by those who need it.
  const code = useQuery({
    queryKey: ["qr-code", text],
    queryFn: async () => (await import("uqr")).encode(text, { border: quietModules }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  }).data;
  if (code === undefined) return <div className="skeleton size-44" />;
  const path = code.data
    .flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : "")))
    .join("");
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${code.size} ${code.size}`}
      className="size-44 rounded"
      shapeRendering="crispEdges"
    >
      <rect width={code.size} height={code.size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
