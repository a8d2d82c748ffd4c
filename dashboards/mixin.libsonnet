// A monitoring mixin: the generated dashboards and rules, for whoever deploys with jsonnet.
//
//   (import 'mixin.libsonnet') + { _config+:: { runbooks: 'https://wiki.example/querywatch' } }
{
  _config:: {
    // What the alerts' runbook_url and dashboard_url begin with.
    runbooks: 'docs/runbooks',
    grafana: '',
  },

  grafanaDashboards:: {
    'querywatch-overview.json': import 'grafana/dashboards/querywatch-overview.json',
    'querywatch-route.json': import 'grafana/dashboards/querywatch-route.json',
    'querywatch-pool.json': import 'grafana/dashboards/querywatch-pool.json',
  },

  local groups = (import 'prometheus/querywatch.rules.json').groups,
  local isAlerts(group) = std.objectHas(group.rules[0], 'alert'),
  local linked(rule) = rule {
    annotations+: {
      runbook_url: std.strReplace(super.runbook_url, 'docs/runbooks', $._config.runbooks),
      dashboard_url: $._config.grafana + super.dashboard_url,
    },
  },

  prometheusRules:: { groups: [group for group in groups if !isAlerts(group)] },
  prometheusAlerts:: {
    groups: [
      group { rules: std.map(linked, super.rules) }
      for group in groups
      if isAlerts(group)
    ],
  },
}
