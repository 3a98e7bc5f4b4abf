/**
 * The chart's templates: constant text. All that is of a pipeline stands in values.yaml and goes through `toYaml`, which
 * quotes it; nothing of it is ever read as a template.
 */
export const templates: Readonly<Record<string, string>> = {
  '_names.tpl': `{{- define "tributary.labels" -}}
{{ toYaml .Values.labels }}
app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | quote }}
{{- end -}}

{{- define "tributary.metadata" -}}
name: {{ .Chart.Name | quote }}
labels:
  {{- include "tributary.labels" . | nindent 2 }}
annotations:
  {{- toYaml .Values.annotations | nindent 2 }}
{{- end -}}

{{- define "tributary.image" -}}
{{- if .Values.image.digest -}}
{{ printf "%s@%s" .Values.image.repository .Values.image.digest }}
{{- else -}}
{{ printf "%s:%s" .Values.image.repository .Values.image.tag }}
{{- end -}}
{{- end -}}
`,
  'serviceaccount.yaml': `apiVersion: v1
kind: ServiceAccount
metadata:
  {{- include "tributary.metadata" . | nindent 2 }}
automountServiceAccountToken: false
`,
  'deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  {{- include "tributary.metadata" . | nindent 2 }}
spec:
  {{- if not .Values.autoscaling.enabled }}
  replicas: {{ .Values.replicas }}
  {{- end }}
  {{- toYaml .Values.rollout | nindent 2 }}
  selector:
    matchLabels:
      {{- toYaml .Values.selector | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "tributary.labels" . | nindent 8 }}
        {{- with .Values.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      annotations:
        {{- toYaml .Values.annotations | nindent 8 }}
        {{- with .Values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      serviceAccountName: {{ .Chart.Name | quote }}
      {{- toYaml .Values.pod | nindent 6 }}
      {{- with .Values.imagePullSecrets }}
      imagePullSecrets:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- $tolerations := .Values.tolerations }}
      {{- if .Values.gpu.enabled }}
      {{- $tolerations = concat .Values.gpu.tolerations $tolerations }}
      {{- end }}
      {{- with $tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - name: server
          image: {{ include "tributary.image" . | quote }}
          imagePullPolicy: {{ .Values.image.pullPolicy | quote }}
          {{- with .Values.env }}
          env:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          {{- $limits := .Values.resources.limits }}
          {{- if .Values.gpu.enabled }}
          {{- $limits = merge (deepCopy .Values.gpu.limits) $limits }}
          {{- end }}
          resources:
            requests:
              {{- toYaml .Values.resources.requests | nindent 14 }}
            limits:
              {{- toYaml $limits | nindent 14 }}
          {{- toYaml .Values.container | nindent 10 }}
`,
  'service.yaml': `apiVersion: v1
kind: Service
metadata:
  {{- include "tributary.metadata" . | nindent 2 }}
spec:
  type: {{ .Values.service.type | quote }}
  selector:
    {{- toYaml .Values.selector | nindent 4 }}
  ports:
    {{- toYaml .Values.service.ports | nindent 4 }}
`,
  'hpa.yaml': `{{- if .Values.autoscaling.enabled }}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  {{- include "tributary.metadata" . | nindent 2 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ .Chart.Name | quote }}
  {{- toYaml (omit .Values.autoscaling "enabled") | nindent 2 }}
{{- end }}
`,
  'pdb.yaml': `{{- if .Values.disruptionBudget.enabled }}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "tributary.metadata" . | nindent 2 }}
spec:
  {{- toYaml (omit .Values.disruptionBudget "enabled") | nindent 2 }}
  selector:
    matchLabels:
      {{- toYaml .Values.selector | nindent 6 }}
{{- end }}
`,
  'networkpolicy.yaml': `{{- if .Values.networkPolicy.enabled }}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "tributary.metadata" . | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- toYaml .Values.selector | nindent 6 }}
  {{- toYaml (omit .Values.networkPolicy "enabled") | nindent 2 }}
{{- end }}
`,
  'servicemonitor.yaml': `{{- if .Values.monitoring.serviceMonitor.enabled }}
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  {{- include "tributary.metadata" . | nindent 2 }}
spec:
  selector:
    matchLabels:
      {{- toYaml .Values.selector | nindent 6 }}
  endpoints:
    {{- toYaml .Values.monitoring.serviceMonitor.endpoints | nindent 4 }}
{{- end }}
`,
  'prometheusrule.yaml': `{{- if .Values.monitoring.rules.enabled }}
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  {{- include "tributary.metadata" . | nindent 2 }}
spec:
  groups:
    {{- toYaml .Values.monitoring.rules.groups | nindent 4 }}
{{- end }}
`,
  'dashboard.yaml': `{{- if .Values.monitoring.dashboard.enabled }}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ printf "%s-dashboard" .Chart.Name | quote }}
  labels:
    {{- include "tributary.labels" . | nindent 4 }}
    {{- toYaml .Values.monitoring.dashboard.labels | nindent 4 }}
  annotations:
    {{- toYaml .Values.annotations | nindent 4 }}
data:
  {{ .Chart.Name }}.json: {{ .Files.Get "files/dashboard.json" | toJson }}
{{- end }}
`,
  'NOTES.txt': `{{ .Chart.Name }} {{ .Chart.AppVersion }} is on its way. It is ready once it has reproduced its golden outputs:

  kubectl --namespace {{ .Release.Namespace }} rollout status deployment/{{ .Chart.Name }}
  kubectl --namespace {{ .Release.Namespace }} port-forward service/{{ .Chart.Name }} 8080:80

Then open http://localhost:8080/
`,
};
