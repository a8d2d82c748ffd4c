// Grafana's own types of a dashboard and of the panels in it, as JSON spells their values.
import type { GraphFieldConfig, TableFieldOptions } from '@grafana/schema';
import type {
  AnnotationQuery,
  Dashboard,
  FieldConfig,
  FieldConfigSource,
  Panel,
  RowPanel,
} from './node_modules/@grafana/schema/dist/types/raw/dashboard/x/types.gen';
import type { Options as BarGauge } from './node_modules/@grafana/schema/dist/types/raw/composable/bargauge/panelcfg/x/types.gen';
import type { Options as Stat } from './node_modules/@grafana/schema/dist/types/raw/composable/stat/panelcfg/x/types.gen';
import type { Options as Table } from './node_modules/@grafana/schema/dist/types/raw/composable/table/panelcfg/x/types.gen';
import type { Options as TimeSeries } from './node_modules/@grafana/schema/dist/types/raw/composable/timeseries/panelcfg/x/types.gen';

// An enum's value is not assignable from its text or number, which is what JSON has.
type Json<T> = T extends string
  ? `${T}`
  : T extends number
    ? number
    : T extends Array<infer Item>
      ? Array<Json<Item>>
      : T extends object
        ? { [Key in keyof T]: Json<T[Key]> }
        : T;

type Kind<Name, Options, Custom> = Omit<Json<Panel>, 'type' | 'options' | 'fieldConfig'> & {
  type: Name;
  options: Json<Options>;
  fieldConfig: {
    defaults: Omit<Json<FieldConfig>, 'custom'> & { custom?: Json<Custom> };
    overrides: Json<FieldConfigSource>['overrides'];
  };
};

type AnyPanel =
  | Json<RowPanel>
  | Kind<'bargauge', BarGauge, Record<string, never>>
  | Kind<'stat', Stat, Record<string, never>>
  | Kind<'table', Table, TableFieldOptions>
  | Kind<'timeseries', TimeSeries, GraphFieldConfig>;

// What an annotation asks is up to its data source: these are Prometheus' words.
type Annotation = Json<AnnotationQuery> & {
  expr?: string;
  step?: string;
  titleFormat?: string;
  useValueForTime?: boolean;
};

export type AnyDashboard = Omit<Json<Dashboard>, 'annotations' | 'panels'> & {
  annotations: { list: Annotation[] };
  panels: AnyPanel[];
};
