// One component of @grafana/ui for each type of panel.
import { getFieldDisplayValues, VizOrientation } from '@grafana/data';
import { BarGauge, BigValue, TimeSeries } from '@grafana/ui';
import { TableNG } from '@grafana/ui/unstable';

const GAP = 4;

export function Visual({ panel, frames, ...shown }) {
  const Kind = { stat: Stat, timeseries: Graph, bargauge: Bars, table: TableNG }[panel.type];
  if (frames.every((frame) => frame.length === 0)) {
    return <div className="no-data">{panel.fieldConfig.defaults.noValue}</div>;
  }
  return <Kind panel={panel} frames={frames} {...shown} {...propsOf(panel, frames)} />;
}

function propsOf(panel, frames) {
  if (panel.type !== 'table') {
    return {};
  }
  return { data: frames[0], initialSortBy: panel.options.sortBy, cellHeight: 'sm' };
}

function valuesOf({ panel, frames, theme, timeZone }) {
  return getFieldDisplayValues({
    data: frames,
    fieldConfig: panel.fieldConfig,
    reduceOptions: panel.options.reduceOptions,
    replaceVariables: (text) => text,
    sparkline: panel.options.graphMode === 'area',
    theme,
    timeZone,
  });
}

function Stat(props) {
  const { panel, theme, width, height } = props;
  const [value] = valuesOf(props);
  return (
    <BigValue
      value={{ ...value.display, title: '' }}
      sparkline={value.sparkline}
      colorMode={panel.options.colorMode}
      graphMode={panel.options.graphMode}
      justifyMode={panel.options.justifyMode}
      textMode={panel.options.textMode}
      theme={theme}
      width={width}
      height={height}
    />
  );
}

function Graph({ panel, frames, timeRange, timeZone, width, height }) {
  return (
    <TimeSeries
      frames={frames}
      structureRev={1}
      timeRange={timeRange}
      timeZone={timeZone}
      width={width}
      height={height}
      legend={panel.options.legend}
      options={panel.options}
    />
  );
}

function Bars(props) {
  const { panel, theme, width, height } = props;
  const values = valuesOf(props);
  const each = height / values.length - GAP;
  return values.map(({ display, field, name, view }, number) => (
    <div key={number} style={{ marginBottom: GAP }}>
      <BarGauge
        value={{ ...display, title: display.title ?? name }}
        field={field}
        display={view?.getFieldDisplayProcessor?.(1)}
        displayMode={panel.options.displayMode}
        namePlacement={panel.options.namePlacement}
        orientation={VizOrientation.Horizontal}
        showUnfilled={panel.options.showUnfilled}
        alignmentFactors={{ title: '500.0', text: '100000' }}
        text={{ titleSize: 12, valueSize: 12 }}
        theme={theme}
        width={width}
        height={each}
      />
    </div>
  ));
}
