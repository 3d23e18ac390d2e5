import { Charts, ThemeColor } from '@patternfly/react-charts/echarts';
import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { use as register } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { byteStep, bytes, count, exactTime } from './format';
import './tiles.css';

register([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

export interface Series {
  name: string;
  /** A value for each time; null where nothing was measured, which is drawn as a gap. */
  values: (number | null)[];
  /** What is bad has the colour of what is bad. */
  tone?: 'danger';
}

interface TimeChartProps {
  label: string;
  /** The start of each hour or day, RFC 3339. */
  times: string[];
  series: Series[];
  kind?: 'line' | 'bar';
  isStacked?: boolean;
  format: (value: number) => string;
  /** Whether a time is a day, without a time of day. */
  isDaily?: boolean;
  height?: number;
}

const day = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', timeZone: 'UTC' });
const dayAndHour = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hour12: false });
const hour = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hour12: false });

/** Up to this many hours, the time of day says which hour it is. */
const ONE_DAY = 25;

/** Whether the page is dark, as its element says, whatever made it so. */
const useIsDark = () =>
  useSyncExternalStore(
    (onChange) => {
      const observer = new MutationObserver(onChange);
      observer.observe(document.documentElement, { attributeFilter: ['class'] });
      return () => observer.disconnect();
    },
    () => document.documentElement.classList.contains('pf-v6-theme-dark'),
  );

const colorOf = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(`--pf-t--global--${name}`).trim();

/** Values over time. The same values are in a table below it, for those who cannot see or hover. */
export function TimeChart({ label, times, series, kind = 'line', isStacked = false, format, isDaily = false, height = 220 }: TimeChartProps) {
  const { t } = useTranslation();
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState<number>();
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)));
    observer.observe(frame.current!);
    return () => observer.disconnect();
  }, []);
  const isDark = useIsDark();
  const option = useMemo(() => {
    const axisFormat = isDaily ? day : times.length > ONE_DAY ? dayAndHour : hour;
    const highest = Math.max(...series.flatMap(({ values }) => values.map((value) => value ?? 0)));
    const step = format === bytes ? byteStep(highest) : undefined;
    const [subtle, regular, border] = [colorOf('text--color--subtle'), colorOf('text--color--regular'), colorOf('border--color--default')];
    return {
      animation: false,
      backgroundColor: 'transparent',
      color: [colorOf('color--brand--default'), colorOf('color--status--custom--default')],
      grid: { left: 8, right: 12, top: series.length > 1 ? 32 : 12, bottom: 8, containLabel: true },
      legend: series.length > 1 ? { top: 0, left: 0, icon: 'roundRect', itemWidth: 12, itemHeight: 8, textStyle: { color: subtle } } : undefined,
      // Text, because the Content-Security-Policy refuses styles in HTML.
      tooltip: { trigger: 'axis' as const, renderMode: 'richText' as const, backgroundColor: colorOf('background--color--floating--default'), borderColor: border, textStyle: { color: regular }, valueFormatter: (value: unknown) => (value == null ? t('chart.gap') : format(Number(value))) },
      xAxis: { type: 'category' as const, data: times.map((time) => axisFormat.format(new Date(time))), axisTick: { show: false }, axisLine: { lineStyle: { color: border } }, splitLine: { show: false }, splitArea: { show: false }, axisLabel: { color: subtle, hideOverlap: true } },
      yAxis: {
        type: 'value' as const,
        splitNumber: 3,
        interval: step,
        max: step && step * Math.max(Math.ceil(highest / step), 1),
        minInterval: format === count ? 1 : undefined,
        axisLine: { show: false },
        splitArea: { show: false },
        splitLine: { show: true, lineStyle: { color: border } },
        axisLabel: { color: subtle, formatter: (value: number) => format(value) },
      },
      series: series.map(({ name, values, tone }) => ({
        type: kind,
        name,
        data: values,
        stack: isStacked ? 'all' : undefined,
        connectNulls: false,
        smooth: false,
        // A value between two gaps is a point, which is seen only by its symbol.
        showSymbol: values.length < 40 || values.some((value, index) => value != null && values[index - 1] == null && values[index + 1] == null),
        showAllSymbol: true,
        symbol: 'circle',
        symbolSize: 6,
        itemStyle: tone && { color: colorOf(`color--status--${tone}--default`) },
        barMaxWidth: 28,
        areaStyle: kind === 'line' && series.length === 1 ? { opacity: 0.12 } : undefined,
      })),
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- another theme has other colours
  }, [format, isDaily, isStacked, kind, series, t, times, isDark]);
  return (
    <figure className="tn-chart" aria-label={label}>
      <div ref={frame} style={{ height }} aria-hidden="true">
        {width !== undefined && width > 0 && <Charts option={option as never} height={height} width={width} isSvgRenderer={false} isLegendTooltip={false} nodeSelector="html" themeColor={ThemeColor.multiOrdered} />}
      </div>
      <details className="tn-chart__table">
        <summary>{t('chart.asTable')}</summary>
        <div className="tn-table tn-table--plain" tabIndex={0} role="region" aria-label={label}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t('chart.time')}</th>
                {series.map(({ name }) => (
                  <th key={name} scope="col" className="tn-number">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {times.map((time, index) => (
                <tr key={time}>
                  <th scope="row">{isDaily ? time.slice(0, 10) : exactTime(time)}</th>
                  {series.map(({ name, values }) => (
                    <td key={name} className="tn-number">
                      {values[index] == null ? t('chart.gap') : format(values[index])}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}
