// The page that is photographed: the dashboard in data.json, on as much time as it says.
import { createRoot } from 'react-dom/client';
import { createTheme, dateTime, ThemeContext } from '@grafana/data';
import { GlobalStyles } from '@grafana/ui';
import { Dashboard } from './Dashboard';
import { register } from './registries';
import './style.css';

register();
const shown = await (await fetch('data.json')).json();
const [from, to] = [dateTime(shown.start * 1000), dateTime(shown.end * 1000)];

createRoot(document.getElementById('root')).render(
  <ThemeContext.Provider value={createTheme({ colors: { mode: 'dark' } })}>
    <GlobalStyles />
    <Dashboard
      {...shown}
      timeRange={{ from, to, raw: { from, to } }}
      width={document.documentElement.clientWidth - 32}
    />
  </ThemeContext.Provider>
);
