// The grid of a dashboard: a panel where its gridPos says, in Grafana's own sizes.
import { useEffect, useState } from 'react';
import { applyFieldOverrides, cacheFieldDisplayNames, transformDataFrame } from '@grafana/data';
import { PanelChrome, useTheme2 } from '@grafana/ui';
import { framesOf } from './frames';
import { Visual } from './panels';
import { fieldConfigRegistry } from './registries';

const COLUMNS = 24;
const CELL = 30;
const GAP = 8;

export function Dashboard({ dashboard, answers, choices, values, timeRange, width }) {
  const bottom = Math.max(...dashboard.panels.map(({ gridPos: { y, h } }) => y + h));
  const cell = (width - GAP * (COLUMNS - 1)) / COLUMNS;
  const place = ({ x, y, w, h }) => ({
    left: x * (cell + GAP),
    top: y * (CELL + GAP),
    width: w * (cell + GAP) - GAP,
    height: h * (CELL + GAP) - GAP,
  });
  return (
    <main style={{ width }}>
      <Header dashboard={dashboard} choices={choices} values={values} />
      <div className="grid" style={{ height: bottom * (CELL + GAP) }}>
        {dashboard.panels.map((panel) => (
          <div key={panel.id} className="cell" style={place(panel.gridPos)}>
            {panel.type === 'row' ? (
              <h2>{panel.title.replace('$route', values.route)}</h2>
            ) : (
              <Panel
                panel={panel}
                answers={answers[panel.id]}
                timeRange={timeRange}
                {...place(panel.gridPos)}
              />
            )}
          </div>
        ))}
      </div>
    </main>
  );
}

function Header({ dashboard, choices, values }) {
  return (
    <header>
      <h1>{dashboard.title}</h1>
      {dashboard.templating.list.map(({ name, label, multi }) => (
        <span key={name} className="variable">
          <b>{label}</b> {multi ? `All (${choices[name].length})` : (values[name] ?? 'Prometheus')}
        </span>
      ))}
    </header>
  );
}

function Panel({ panel, answers, timeRange, width, height }) {
  const theme = useTheme2();
  const [frames, setFrames] = useState(null);
  const targets = panel.targets.map((target) => ({ ...target, several: panel.targets.length > 1 }));
  useEffect(() => {
    const data = targets.flatMap((target) => framesOf(target, answers[target.refId]));
    const drawn = transformDataFrame(panel.transformations ?? [], data).subscribe((transformed) => {
      const shown = applyFieldOverrides({
        data: transformed,
        fieldConfig: panel.fieldConfig,
        fieldConfigRegistry,
        replaceVariables: (text) => text,
        theme,
        timeZone: 'utc',
      });
      cacheFieldDisplayNames(shown);
      setFrames(shown);
    });
    return () => drawn.unsubscribe();
  }, []);
  return (
    <PanelChrome title={panel.title} description={panel.description} width={width} height={height}>
      {(innerWidth, innerHeight) =>
        frames && (
          <Visual
            panel={panel}
            frames={frames}
            theme={theme}
            timeRange={timeRange}
            timeZone="utc"
            width={innerWidth}
            height={innerHeight}
          />
        )
      }
    </PanelChrome>
  );
}
