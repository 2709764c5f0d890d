// /healthz, /readyz, /metrics: for machines that watch. Nothing here needs a log-in, so nothing here names a user.
internal import HTTPCodec
internal import HTTPSession

enum MonitoringPages {
    static func add(to router: inout Router, _ process: RunningProcess) {
        // Alive: the loop answers. Nothing else is asked, so that a slow disk does not have a healthy process killed.
        router.add("/healthz", HTTPPage { HTTPResponse(200, text: "ok\n") })
        router.add("/readyz", HTTPPage { await process.isReady() ? HTTPResponse(200, text: "ready\n") : HTTPResponse(503, text: "not ready\n") })
        router.add(
            "/metrics",
            HTTPPage {
                var response = HTTPResponse(200, text: process.metricsText())
                response.headers.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                return response
            })
    }
}
