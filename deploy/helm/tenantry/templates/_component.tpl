{{/*
All objects of a component: tenant-service.yaml shows the call. A new component also needs its values, and their schema
(definitions/component). Takes a dictionary:
  root       the chart's context
  component  its name, such as tenant-service
  values     its own settings, which take precedence over those of all components
  secrets    variables that come from the Secret, as variable: [key, optional]
  env        more variables of this component alone, as Kubernetes writes them
  single     whether only one pod may run at a time, also during an update
  volumes, volumeMounts   more of them
*/}}
{{- define "tenantry.component" -}}
{{- $root := .root -}}
{{- $values := mergeOverwrite (deepCopy (omit $root.Values "tenantService" "ingestionService" "backupService" "console" "operator")) (deepCopy .values) -}}
{{- $context := merge (dict "values" $values) (omit . "values") -}}
{{- $name := include "tenantry.componentName" $context -}}
{{- $autoscaled := and $values.autoscaling.enabled (not .single) -}}
{{- if $values.serviceAccount.create }}
---
apiVersion: v1
kind: ServiceAccount
metadata:
  {{- include "tenantry.metadata" (merge (dict "annotations" $values.serviceAccount.annotations) $context) | nindent 2 }}
automountServiceAccountToken: false
{{- end }}
---
apiVersion: v1
kind: Service
metadata:
  {{- include "tenantry.metadata" (merge (dict "annotations" $values.service.annotations) $context) | nindent 2 }}
spec:
  {{- with $values.service.type }}
  type: {{ . }}
  {{- end }}
  {{- with $values.service.ipFamilyPolicy }}
  ipFamilyPolicy: {{ . }}
  {{- end }}
  {{- with $values.service.ipFamilies }}
  ipFamilies:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  selector:
    {{- include "tenantry.selector" $context | nindent 4 }}
  ports:
    - name: http
      port: {{ $values.service.port }}
      targetPort: http
      protocol: TCP
---
apiVersion: apps/v1
kind: Deployment
metadata:
  {{- include "tenantry.metadata" (merge (dict "annotations" $values.deploymentAnnotations) $context) | nindent 2 }}
spec:
  {{- if not $autoscaled }}
  replicas: {{ if .single }}1{{ else }}{{ $values.replicas }}{{ end }}
  {{- else if $root.Release.IsUpgrade }}
  {{- /* Without a number, Kubernetes would set 1 when autoscaling is turned on. */}}
  {{- with lookup "apps/v1" "Deployment" $root.Release.Namespace $name }}
  replicas: {{ .spec.replicas }}
  {{- end }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "tenantry.selector" $context | nindent 6 }}
  strategy:
    {{- if .single }}
    # The volume can be mounted on one node only, so a second pod could wait for it forever.
    type: Recreate
    {{- else }}
    {{- toYaml $values.strategy | nindent 4 }}
    {{- end }}
  template:
    {{- include "tenantry.pod" $context | nindent 4 }}
{{- if $autoscaled }}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  {{- include "tenantry.metadata" $context | nindent 2 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ $name }}
  minReplicas: {{ $values.autoscaling.minReplicas }}
  maxReplicas: {{ $values.autoscaling.maxReplicas }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: {{ $values.autoscaling.cpuUtilization }}
    {{- with $values.autoscaling.extraMetrics }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  behavior:
    scaleDown:
      # Each scale-down stops workers and moves partitions.
      stabilizationWindowSeconds: {{ $values.autoscaling.stabilizationWindowSeconds }}
{{- end }}
{{- if $values.podDisruptionBudget.enabled }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "tenantry.metadata" $context | nindent 2 }}
spec:
  maxUnavailable: {{ $values.podDisruptionBudget.maxUnavailable }}
  selector:
    matchLabels:
      {{- include "tenantry.selector" $context | nindent 6 }}
{{- end }}
{{- end -}}

{{- define "tenantry.pod" -}}
{{- $root := .root -}}
{{- $values := .values -}}
metadata:
  labels:
    {{- include "tenantry.podLabels" . | nindent 4 }}
    {{- with $values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    {{- merge dict $values.podAnnotations (fromYaml (include "tenantry.podAnnotations" .)) | toYaml | nindent 4 }}
spec:
  serviceAccountName: {{ $values.serviceAccount.name | default (ternary (include "tenantry.componentName" .) "default" $values.serviceAccount.create) }}
  automountServiceAccountToken: {{ $values.serviceAccount.automountToken }}
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ $values.terminationGracePeriodSeconds }}
  {{- with $values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  securityContext:
    {{- toYaml $values.podSecurityContext | nindent 4 }}
  {{- with $values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.topologySpreadConstraints }}
  topologySpreadConstraints:
    {{- $selector := dict "matchLabels" (fromYaml (include "tenantry.selector" $)) }}
    {{- range . }}
    - {{ toYaml . | nindent 6 | trim }}
      {{- if not .labelSelector }}
      labelSelector:
        {{- toYaml $selector | nindent 8 }}
      {{- end }}
    {{- end }}
  {{- end }}
  {{- with $values.initContainers }}
  initContainers:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - name: {{ .component }}
      image: {{ include "tenantry.image" . }}
      imagePullPolicy: {{ $values.image.pullPolicy }}
      ports:
        - name: http
          containerPort: {{ $root.Values.port }}
          protocol: TCP
      envFrom:
        - configMapRef:
            name: {{ include "tenantry.fullname" $root }}
        {{- with $values.extraEnvFrom }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      env:
        {{- range $variable, $source := .secrets }}
        - name: {{ $variable }}
          valueFrom:
            secretKeyRef:
              name: {{ include "tenantry.secretName" $root }}
              key: {{ index $source 0 }}
              {{- if index $source 1 }}
              optional: true
              {{- end }}
        {{- end }}
        {{- with .env }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
        {{- with $values.extraEnv }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      startupProbe:
        httpGet:
          path: /q/health/live
          port: http
        {{- toYaml $values.startupProbe | nindent 8 }}
      readinessProbe:
        httpGet:
          path: /q/health/ready
          port: http
        {{- toYaml $values.readinessProbe | nindent 8 }}
      livenessProbe:
        httpGet:
          path: /q/health/live
          port: http
        {{- toYaml $values.livenessProbe | nindent 8 }}
      resources:
        {{- toYaml $values.resources | nindent 8 }}
      securityContext:
        {{- toYaml $values.securityContext | nindent 8 }}
      volumeMounts:
        - name: tmp
          mountPath: /tmp
        - name: certificates
          mountPath: /etc/tenantry/certificates
          readOnly: true
        {{- with concat (.volumeMounts | default list) $values.extraVolumeMounts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    {{- with $values.extraContainers }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  volumes:
    # Compression libraries are unpacked and loaded from there.
    - name: tmp
      emptyDir:
        sizeLimit: 64Mi
    # Authorities for the certificates of PostgreSQL, Kafka and S3.
    - name: certificates
      configMap:
        name: {{ $root.Values.certificates.configMap | default (printf "%s-certificates" (include "tenantry.fullname" $root)) }}
        optional: true
    {{- with concat (.volumes | default list) $values.extraVolumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end -}}

{{/* Those that start new pods when settings or the Secret change, and those by which Prometheus finds the pods. */}}
{{- define "tenantry.podAnnotations" -}}
checksum/config: {{ include "tenantry.config" .root | sha256sum }}
{{- if .root.Values.secret.restartOnChange }}
{{- with lookup "v1" "Secret" .root.Release.Namespace (include "tenantry.secretName" .root) }}
{{- /* Its version instead of a checksum of passwords, with which guessed ones could be compared. */}}
checksum/secret: {{ printf "%s-%s" .metadata.uid .metadata.resourceVersion | quote }}
{{- end }}
{{- end }}
{{- if .values.metrics.scrapeAnnotations }}
prometheus.io/scrape: "true"
prometheus.io/path: /q/metrics
prometheus.io/port: {{ include "tenantry.text" .root.Values.port | quote }}
{{- end }}
{{- end -}}

{{/* A digest names the content, so that a tag beside it would not count. */}}
{{- define "tenantry.image" -}}
{{- $image := .values.image -}}
{{- with $image.registry }}{{ . }}/{{ end -}}
{{- $image.repository -}}
{{- if $image.digest }}@{{ $image.digest }}{{ else }}:{{ $image.tag | default .root.Chart.AppVersion }}{{ end -}}
{{- end -}}
