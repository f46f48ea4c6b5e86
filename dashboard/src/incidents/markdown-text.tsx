/**
 * Markdown as elements. react-markdown builds no HTML text: raw HTML stays visible as text, and addresses other than
 * http, https, mailto and relative ones are dropped. Images are links, for loading them would tell another server who
 * reads.
 */
import Markdown, { type Components } from "react-markdown";

const components: Components = {
  h1: ({ children }) => <h3 className="mt-5 mb-1 text-base font-semibold first:mt-0">{children}</h3>,
  h2: ({ children }) => <h3 className="mt-5 mb-1 text-base font-semibold first:mt-0">{children}</h3>,
  h3: ({ children }) => <h4 className="mt-4 mb-1 text-sm font-semibold">{children}</h4>,
  p: ({ children }) => <p className="my-2 first:mt-0">{children}</p>,
  ul: ({ children }) => <ul className="my-2 list-disc pl-5">{children}</ul>,
  ol: ({ children }) => <ol className="my-2 list-decimal pl-5">{children}</ol>,
  a: ({ href, children }) => (
    <a href={href} rel="noreferrer nofollow" target="_blank" className="text-accent underline">
      {children}
    </a>
  ),
  img: ({ src, alt }) => (
    <a
      href={typeof src === "string" ? src : undefined}
      rel="noreferrer nofollow"
      target="_blank"
      className="text-accent underline"
    >
      {alt || String(src)}
    </a>
  ),
  code: ({ children }) => <code className="rounded-xs bg-sunken px-1 font-mono text-xs">{children}</code>,
  pre: ({ children }) => <pre className="my-2 overflow-x-auto rounded bg-sunken p-3">{children}</pre>,
  blockquote: ({ children }) => (
    <blockquote className="my-2 border-l-2 border-line-strong pl-3 text-ink-muted">{children}</blockquote>
  ),
  hr: () => <hr className="my-4 border-line" />,
};

export default function MarkdownText({ text }: { readonly text: string }) {
  return (
    <div className="max-w-prose text-base break-words">
      <Markdown components={components}>{text}</Markdown>
    </div>
  );
}
