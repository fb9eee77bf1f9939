import type { ChartData, ChartDataset, ChartOptions, Plugin, TooltipItem } from 'chart.js';
import type { Palette } from './palette';
import type { ChartBand, ChartMark, ChartSeries } from './time-series';

type Mixed = 'bar' | 'line';

const LABEL_PX = 11;

/** The numbers of a chart, in its colours. */
export function toChartData(
  labels: readonly string[],
  series: readonly ChartSeries[],
  palette: Palette,
): ChartData<Mixed, (number | null)[], string> {
  return { labels: [...labels], datasets: series.map((one, index) => toDataset(one, index, palette)) };
}

function toDataset(
  series: ChartSeries,
  index: number,
  palette: Palette,
): ChartDataset<Mixed, (number | null)[]> {
  const colour = typeof series.hue === 'number' ? palette.hue(series.hue) : palette.ghost;
  const common = { label: series.name, data: [...series.values], yAxisID: series.axis, order: index };
  if (series.shape === 'bar')
    return {
      ...common,
      type: 'bar',
      // Today before yesterday: bars of one place overlap instead of standing side by side.
      grouped: false,
      backgroundColor: colour,
      hoverBackgroundColor: colour,
      borderRadius: 2,
      ...(series.hue === 'rest' ? { borderColor: palette.rest, borderWidth: 1 } : {}),
      categoryPercentage: 0.85,
      barPercentage: 0.75,
      maxBarThickness: 40 * palette.scale,
      order: series.hue === 'ghost' ? 99 : index + 10,
    };
  return {
    ...common,
    type: 'line',
    borderColor: colour,
    backgroundColor:
      series.filled && typeof series.hue === 'number' && series.hue <= 4
        ? palette.fill(series.hue as 1)
        : colour,
    fill: series.filled ?? false,
    borderWidth: 2,
    pointRadius: series.values.length === 1 ? 3 : 0,
    pointHoverRadius: 4,
    pointBackgroundColor: colour,
    pointBorderColor: palette.surface,
  };
}

/** Two axes from zero, horizontal grid only, one tooltip for a place; nothing moves when figures refresh. */
export function toChartOptions(
  series: readonly ChartSeries[],
  titles: readonly string[],
  palette: Palette,
  stacked: boolean,
): ChartOptions<Mixed> {
  const font = { family: palette.font, size: LABEL_PX * palette.scale };
  const axis = (side: 'left' | 'right') => {
    const first = series.find((one) => one.axis === side);
    return {
      display: first !== undefined,
      position: side,
      beginAtZero: true,
      stacked,
      // With nothing to show an axis still needs a height.
      suggestedMax: first?.values.some((value) => (value ?? 0) > 0) ? undefined : 1,
      border: { display: false },
      grid: { display: side === 'left', color: palette.grid, drawTicks: false },
      ticks: {
        font,
        color: palette.text3,
        maxTicksLimit: 5,
        padding: 8,
        callback: (value: string | number) => (first?.tick ?? first?.format)?.(Number(value)) ?? '',
      },
    };
  };
  return {
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    interaction: { mode: 'index', intersect: false },
    layout: { padding: { top: 4 } },
    scales: {
      x: {
        stacked,
        border: { color: palette.axis },
        grid: { display: false },
        ticks: { font, color: palette.text3, maxRotation: 0, autoSkipPadding: 24 },
      },
      left: axis('left'),
      right: axis('right'),
    },
    plugins: {
      legend: { display: false },
      tooltip: {
        backgroundColor: palette.surface,
        borderColor: palette.border,
        borderWidth: 1,
        titleColor: palette.text,
        bodyColor: palette.text2,
        titleFont: { family: palette.font, size: 12 * palette.scale, weight: 600 },
        bodyFont: { family: palette.font, size: 12 * palette.scale },
        padding: 10,
        cornerRadius: 8,
        boxWidth: 8,
        boxHeight: 8,
        boxPadding: 4,
        callbacks: {
          title: ([item]: TooltipItem<Mixed>[]) =>
            item === undefined ? '' : (titles[item.dataIndex] ?? item.label),
          label: ({ datasetIndex, raw }: TooltipItem<Mixed>) => {
            const one = series[datasetIndex];
            return one === undefined || raw === null ? '' : ` ${one.name}  ${one.format(Number(raw))}`;
          },
        },
      },
    },
  };
}

/** Draws the bands behind everything else, each with its name where there is room. */
export function bandPlugin(bands: readonly ChartBand[], palette: Palette): Plugin<Mixed> {
  return {
    id: 'bands',
    beforeDatasetsDraw: ({ ctx, chartArea, data }) => {
      const width = chartArea.width / Math.max(1, data.labels?.length ?? 1);
      ctx.save();
      ctx.font = `${LABEL_PX * palette.scale}px ${palette.font}`;
      ctx.textBaseline = 'top';
      for (const band of bands) {
        const left = chartArea.left + band.from * width;
        const right = Math.min(chartArea.right, chartArea.left + band.to * width);
        ctx.fillStyle = palette.priceBand(band.level);
        ctx.fillRect(left, chartArea.top, right - left, chartArea.height);
        ctx.fillStyle = palette.text3;
        if (ctx.measureText(band.label).width + 10 < right - left)
          ctx.fillText(band.label, left + 5, chartArea.top + 4);
      }
      ctx.restore();
    },
  };
}

/** A line through the plot with its name below: "now". */
export function markPlugin(mark: ChartMark | null, palette: Palette): Plugin<Mixed> {
  return {
    id: 'mark',
    afterDatasetsDraw: ({ ctx, chartArea, data }) => {
      if (mark === null) return;
      const x = chartArea.left + (mark.at * chartArea.width) / Math.max(1, data.labels?.length ?? 1);
      ctx.save();
      const height = (LABEL_PX + 6) * palette.scale;
      ctx.font = `500 ${LABEL_PX * palette.scale}px ${palette.font}`;
      const width = ctx.measureText(mark.label).width + 10;
      const left = Math.max(chartArea.left, Math.min(x - width / 2, chartArea.right - width));
      ctx.fillStyle = palette.text;
      ctx.fillRect(Math.round(x), chartArea.top, 1, chartArea.height);
      ctx.beginPath();
      ctx.roundRect(left, chartArea.bottom + 4, width, height, 4);
      ctx.fill();
      ctx.fillStyle = palette.surface;
      ctx.textBaseline = 'middle';
      ctx.fillText(mark.label, left + 5, chartArea.bottom + 4 + height / 2);
      ctx.restore();
    },
  };
}
