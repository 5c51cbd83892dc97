import { CSPProvider } from "./ui/CspProvider";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./ui/tokens.css";
import "./ui/base.css";
import { queries } from "./api/query";
import { currentLocale, showLocale } from "./i18n/locale";
import { Pages } from "./routes";
import { startTheme } from "./lib/theme";
import { Toasts } from "./ui/Toast";

showLocale(currentLocale());
startTheme();

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <CSPProvider>
        <QueryClientProvider client={queries}>
          <Pages />
          <Toasts />
        </QueryClientProvider>
      </CSPProvider>
    </StrictMode>,
  );
}
