import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './style/tokens.css';
import './style/base.css';
import './style/app.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { beginStudio } from './state/begin.ts';
import { browserApi } from './transport/browser.ts';
import { desktopApi } from './transport/desktop.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no root element.');
beginStudio(window.tributary === undefined ? browserApi() : desktopApi(window.tributary));
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
