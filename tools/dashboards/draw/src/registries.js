// What Grafana's application registers at its start and its libraries only look up.
import {
  Registry,
  standardEditorsRegistry,
  standardFieldConfigEditorRegistry,
  standardTransformers,
  standardTransformersRegistry,
} from '@grafana/data';

const STANDARD = ['unit', 'min', 'max', 'decimals', 'displayName', 'color', 'thresholds'];
const FURTHER = ['mappings', 'links', 'noValue', 'fieldMinMax'];
const TABLE = ['cellOptions', 'width', 'align', 'filterable', 'inspect', 'footer'];
const GRAPH = ['drawStyle', 'fillOpacity', 'lineInterpolation', 'lineWidth', 'showPoints'];
const STACK = ['spanNulls', 'stacking', 'thresholdsStyle'];

const property = (id, isCustom) => ({
  id: isCustom ? `custom.${id}` : id,
  path: id,
  name: id,
  isCustom,
  process: (value) => value,
  shouldApply: () => true,
  settings: {},
});

const properties = [
  ...[...STANDARD, ...FURTHER].map((id) => property(id, false)),
  ...[...TABLE, ...GRAPH, ...STACK].map((id) => property(id, true)),
];

export const fieldConfigRegistry = new Registry(() => properties);

export function register() {
  standardEditorsRegistry.setInit(() => []);
  standardFieldConfigEditorRegistry.setInit(() => properties.filter(({ isCustom }) => !isCustom));
  standardTransformersRegistry.setInit(() =>
    // Some transformations go by two names there.
    [...new Set(Object.values(standardTransformers))].map((transformation) => ({
      id: transformation.id,
      name: transformation.name,
      transformation: async () => transformation,
      editor: () => null,
    }))
  );
}
