-- paced.lua: for wrk: a client waits so many milliseconds before each request.
function delay()
	return 4
end
