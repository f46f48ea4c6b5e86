/** Starts the dashboard. */
import { CSPProvider } from "@base-ui/react/csp-provider";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queryClient } from "./api/query-client.ts";
import { router } from "./app/router.tsx";
import { applyTheme } from "./app/theme.ts";
import "./design/tokens.css";
import { Toasts } from "./design/toast.tsx";
import { startLiveUpdates } from "./live/feed-cache.ts";
import { startingLanguage, WordsProvider } from "./words/words.tsx";

applyTheme();
const { language, words } = await startingLanguage();
startLiveUpdates();
const element = document.getElementById("application");
if (element === null) throw new Error("index.html has no element #application");
createRoot(element).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <WordsProvider language={language} words={words}>
        <CSPProvider disableStyleElements>
          <RouterProvider router={router} />
          <Toasts />
        </CSPProvider>
      </WordsProvider>
    </QueryClientProvider>
  </StrictMode>,
);
