// The answers of Prometheus as the data frames that Grafana's data source would make of them.
import { FieldType, toDataFrame } from '@grafana/data';

export function framesOf(target, series) {
  if (target.format === 'table') {
    return [tableFrame(target, series)];
  }
  const frames = series.map((one) => seriesFrame(target, one));
  return target.format === 'heatmap' ? separateBuckets(frames) : frames;
}

function seriesFrame(target, { metric, values, value }) {
  const points = values ?? [value];
  const name = legendOf(target.legendFormat, metric);
  return toDataFrame({
    refId: target.refId,
    name,
    fields: [
      { name: 'Time', type: FieldType.time, values: points.map(([at]) => at * 1000) },
      {
        name: 'Value',
        type: FieldType.number,
        labels: metric,
        config: { displayNameFromDS: name },
        values: points.map(([, text]) => Number(text)),
      },
    ],
  });
}

function tableFrame(target, series) {
  const labels = [...new Set(series.flatMap(({ metric }) => Object.keys(metric)))];
  return toDataFrame({
    refId: target.refId,
    fields: [
      { name: 'Time', type: FieldType.time, values: series.map(({ value }) => value[0] * 1000) },
      ...labels.map((label) => ({
        name: label,
        type: FieldType.string,
        values: series.map(({ metric }) => metric[label] ?? ''),
      })),
      {
        name: target.several ? `Value #${target.refId}` : 'Value',
        type: FieldType.number,
        values: series.map(({ value }) => Number(value[1])),
      },
    ],
  });
}

// Buckets are cumulative; Grafana's data source takes each from the next for format "heatmap".
function separateBuckets(frames) {
  const bound = (frame) => {
    const le = frame.fields[1].labels.le;
    return le === '+Inf' ? Infinity : Number(le);
  };
  const sorted = [...frames].sort((a, b) => bound(a) - bound(b));
  const cumulative = sorted.map((frame) => [...frame.fields[1].values]);
  sorted.forEach((frame, number) => {
    frame.fields[1].values = cumulative[number].map((value, at) =>
      number ? value - cumulative[number - 1][at] : value
    );
  });
  return sorted;
}

function legendOf(format, labels) {
  if (format !== '__auto') {
    return format.replace(/{{(\w+)}}/g, (_, label) => labels[label] ?? '').trim();
  }
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return `{${pairs.join(', ')}}`;
}
