/* Draws every .chart from the JSON block that it names in data-source, with ECharts, in the colours of its theme; again when the
   theme changes, and black on white for paper. The table beside it says the same; without JavaScript or ECharts that table is all there is. */
(function () {
  "use strict";
  if (!window.echarts) { return; }

  var PAPER = {
    "--ink": "#000", "--ink-2": "#000", "--line": "#bbb", "--line-2": "#000", "--surface": "#fff",
    "--accent": "#555", "--chart-last": "#888", "--red": "#000", "--yellow": "#999"
  };
  var SIZE = 13;

  function palette(box, paper) {
    var style = window.getComputedStyle(box);
    return function (name) { return paper && PAPER[name] || style.getPropertyValue(name).trim(); };
  }

  /* Figures arrive as strings, so that nothing is rounded on the way; a drawing may round. */
  function numbers(values) {
    return (values || []).map(function (value) { return value === null || value === undefined ? null : Number(value); });
  }

  function amount(value) {
    return value === null || value === undefined ? "—" : Number(value).toLocaleString("zh-CN", { maximumFractionDigits: 4 });
  }

  function line(name, values, colour, width, more) {
    return Object.assign({
      name: name, type: "line", data: numbers(values), symbol: "none", color: colour, lineStyle: { color: colour, width: width }
    }, more || {});
  }

  function isBand(data) {
    return data.high.some(function (value, at) { return value !== data.low[at]; });
  }

  function band(data, colour, scale) {
    if (!isBand(data)) { // one way of forecasting alone has no width
      return [line(data.bandName, data.low, colour, 1.5 * scale, { silent: true, z: 1, lineStyle: { color: colour, width: 1.5 * scale, type: "dotted" } })];
    }
    var low = numbers(data.low);
    var high = numbers(data.high).map(function (value, at) { return value === null ? null : value - low[at]; });
    var quiet = { stack: "band", silent: true, z: 1 };
    return [
      line("", low, colour, 1.5 * scale, quiet),
      line(data.bandName, high, colour, 1.5 * scale, Object.assign({ areaStyle: { color: colour, opacity: 0.35 } }, quiet))
    ];
  }

  function seriesOf(data, colour, scale) {
    var all = [{
      name: "完成", type: "bar", data: numbers(data.actual), color: colour("--accent"), itemStyle: { color: colour("--accent"), opacity: 0.9 }, barWidth: "52%", z: 2
    }];
    if (data.plan) { all.push(line("计划", data.plan, colour("--ink"), 2 * scale, { z: 4 })); }
    if (data.last) { all.push(line("上年", data.last, colour("--chart-last"), 1.25 * scale, { z: 3 })); }
    if (data.need) {
      all.push(line("补欠所需", data.need, colour("--red"), 2 * scale, {
        z: 5, symbol: "emptyCircle", symbolSize: 6 * scale, lineStyle: { color: colour("--red"), width: 2 * scale, type: "dashed" }
      }));
    }
    return data.low ? all.concat(band(data, colour("--yellow"), scale)) : all;
  }

  function tip(data) {
    return function (rows) {
      var said = rows.filter(function (row) {
        return row.value !== null && row.value !== undefined && row.seriesName && row.seriesName !== data.bandName;
      }).map(function (row) { return row.seriesName + "  " + amount(row.value) + " " + data.unit; });
      var at = rows[0].dataIndex;
      if (data.low && data.low[at] !== null && data.low[at] !== undefined && (data.actual || [])[at] === null) {
        var upTo = data.low[at] === data.high[at] ? "" : "–" + amount(data.high[at]);
        said.push(data.bandName + "  " + amount(data.low[at]) + upTo + " " + data.unit);
      }
      return rows[0].axisValue + "\n" + said.join("\n");
    };
  }

  function axes(data, colour, size, small) {
    var label = { color: colour("--ink-2"), fontSize: size };
    return {
      xAxis: {
        type: "category", data: data.months.map(function (month) { return month + "月"; }), axisTick: { show: false },
        axisLine: { lineStyle: { color: colour("--line-2") } }, axisLabel: Object.assign({ interval: small ? 1 : 0, hideOverlap: false }, label)
      },
      yAxis: { type: "value", splitNumber: 4, splitLine: { lineStyle: { color: colour("--line") } }, axisLabel: label }
    };
  }

  function option(box, data, paper) {
    var scale = Number(box.dataset.scale || 1), colour = palette(box, paper), size = SIZE * scale, small = box.clientWidth < 400 * scale;
    var series = seriesOf(data, colour, scale);
    var names = series.map(function (each) { return each.name; }).filter(Boolean);
    return Object.assign({
      animation: false,
      aria: { enabled: true, label: { description: data.says || data.name } },
      textStyle: { fontFamily: colour("--font") || "sans-serif", fontSize: size, color: colour("--ink-2") },
      grid: { left: 8, right: 16, top: (small && data.low ? 60 : 36) * scale, bottom: 4, containLabel: true },
      legend: {
        top: 0, left: 0, itemWidth: (small ? 14 : 16) * scale, itemHeight: 4 * scale, itemGap: (small ? 8 : 16) * scale,
        textStyle: { fontSize: size, color: colour("--ink-2") }, icon: "rect", data: names
      },
      tooltip: {
        trigger: "axis", renderMode: "richText", backgroundColor: colour("--surface"), borderColor: colour("--line-2"),
        textStyle: { color: colour("--ink"), fontSize: size }, formatter: tip(data)
      },
      series: series
    }, axes(data, colour, size, small));
  }

  function offerPicture(box, chart, data) {
    var save = document.querySelector('[data-save="' + box.id + '"]');
    if (!save) { return; }
    save.hidden = false;
    save.addEventListener("click", function () {
      var link = document.createElement("a");
      link.href = chart.getDataURL({ pixelRatio: 2, backgroundColor: palette(box, false)("--surface") });
      link.download = data.name + ".png";
      link.click();
    });
  }

  function draw(box) {
    var source = document.getElementById(box.dataset.source);
    if (!source) { return null; }
    var data = JSON.parse(source.textContent);
    box.classList.add("is-drawn");
    box.textContent = "";
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", data.says || data.name);
    var chart = window.echarts.init(box, null, { renderer: "canvas" });
    function paint(paper) { chart.setOption(option(box, data, paper), true); }
    paint(false);
    box.addEventListener("tracker:data", function () { // a page has put other figures into the block
      data = JSON.parse(source.textContent);
      paint(false);
    });
    offerPicture(box, chart, data);
    return { paint: paint, fit: function () { chart.resize(); } };
  }

  var drawn = Array.from(document.querySelectorAll(".chart[data-source]")).map(draw).filter(Boolean);
  if (!drawn.length) { return; }
  var printing = false;
  function again() { drawn.forEach(function (each) { each.paint(printing); }); }
  function paper(on) { printing = on; again(); }

  new MutationObserver(again).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  window.addEventListener("beforeprint", function () { paper(true); });
  window.addEventListener("afterprint", function () { paper(false); });
  window.addEventListener("resize", function () {
    drawn.forEach(function (each) { each.fit(); });
    again();
  });
})();
